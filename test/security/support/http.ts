import { request, type IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";

/** One request, sent exactly as it is written: `fetch` would choose the Host header and normalise the path. */
export interface Ask {
  /** @default "GET" */
  readonly method?: string;
  readonly port: number;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
}

export interface Told {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Milliseconds after which a silent peer counts as one that does not answer. */
const PATIENCE = 60_000;

/** Sends it to 127.0.0.1. @throws Error when nothing answers */
export const send = ({ port, path, method = "GET", headers = {}, body }: Ask): Promise<Told> =>
  new Promise((resolve, reject) => {
    const outgoing = request(
      {
        ...{ host: "127.0.0.1", port, path, method, timeout: PATIENCE, agent: false },
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [
            name,
            typeof value === "string" ? value : [...value],
          ]),
        ),
      },
      (response) => {
        const parts: Buffer[] = [];
        response
          .on("data", (part: Buffer) => parts.push(part))
          .on("error", reject)
          .on("end", () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text: Buffer.concat(parts).toString(),
            }),
          );
      },
    );
    outgoing
      .on("timeout", () => outgoing.destroy(new Error(`127.0.0.1:${port} is silent`)))
      .on("error", reject)
      .end(body);
  });

/** Everything that comes back for these bytes, on one connection. */
export const bytesFor = (port: number, bytes: string): Promise<string> =>
  new Promise((resolve) => {
    const parts: Buffer[] = [];
    const socket = connect({ host: "127.0.0.1", port });
    const timer = setTimeout(() => socket.destroy(), 3_000);
    socket
      .on("connect", () => socket.write(bytes, "latin1"))
      .on("data", (part: Buffer) => parts.push(part))
      .on("error", () => undefined)
      .on("close", () => {
        clearTimeout(timer);
        resolve(Buffer.concat(parts).toString("latin1"));
      });
  });

/** The gateway bounds what logins cost by the second; what it says is not what the auth service thinks. */
export async function asked(ask: () => Promise<Told>): Promise<Told> {
  for (;;) {
    const told = await ask();
    if (told.status !== 429 || !told.text.includes("API rate limit")) return told;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}
