import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";

/** A server of the outside world, on the loopback interface, that can go away and come back at the same address. */
export interface FakeServer {
  readonly port: number;
  readonly url: string;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts at once. @param host one of 127.0.0.0/8, so that several can share a port */
export async function fakeServer(listener: RequestListener, host = "127.0.0.1"): Promise<FakeServer> {
  const server = createServer(listener);
  let port = 0;
  const start = async (): Promise<void> => {
    server.listen(port, host);
    await once(server, "listening");
    const address = server.address();
    if (typeof address === "object" && address !== null) port = address.port;
  };
  await start();
  return {
    port,
    url: `http://${host}:${port}`,
    start,
    stop: async () => {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString();
}

export function answer(response: ServerResponse, status: number, body?: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(body === undefined ? "" : JSON.stringify(body));
}
