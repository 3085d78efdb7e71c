/** A Docker engine that speaks some versions of the API only, and refuses others as the real one does. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

export interface Versions {
  readonly oldest: string;
  readonly newest: string;
}

/** What one request of a version that it speaks is answered with; the path is without the version. */
export type Answer = (path: string, request: IncomingMessage, response: ServerResponse) => void;

export interface VersionedEngine {
  readonly url: string;
  readonly port: number;
  /** Paths as they were asked for. */
  readonly asked: string[];
  /** From now on it is another engine, as after an upgrade. */
  become(versions: Versions): void;
  close(): Promise<void>;
}

/** @param host address to listen on */
export async function createVersionedEngine(
  first: Versions,
  answer: Answer,
  host = "127.0.0.1",
): Promise<VersionedEngine> {
  let versions = first;
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const url = request.url ?? "/";
    asked.push(url);
    const [, version, path = url] = /^\/v1\.(\d+)(\/.*)$/.exec(url) ?? [];
    const refusal = version === undefined ? undefined : refusalOf(Number(version), versions);
    if (refusal !== undefined) response.writeHead(400).end(JSON.stringify({ message: refusal }));
    else if (path === "/version")
      response.end(JSON.stringify({ ApiVersion: versions.newest, MinAPIVersion: versions.oldest }));
    else answer(path, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${port}`,
    port,
    asked,
    become: (next) => {
      versions = next;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** In the engine's own words. */
function refusalOf(minor: number, { oldest, newest }: Versions): string | undefined {
  const limit = (text: string): number => Number(text.split(".")[1]);
  if (minor < limit(oldest))
    return `client version 1.${minor} is too old. Minimum supported API version is ${oldest}, please upgrade your client to a newer version`;
  if (minor > limit(newest))
    return `client version 1.${minor} is too new. Maximum supported API version is ${newest}`;
  return undefined;
}
