import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";

import { ask, type Answered, type Question } from "./ask.ts";

/** A port of a container on loopback, as Docker publishes one. */
export interface Published {
  readonly port: number;
  close(): void;
}

/** Asks a container's port as people reach it: a service does not go by the address of its container. */
export async function askPublished(
  address: string,
  port: number,
  path: string,
  question?: Question,
): Promise<Answered> {
  const published = await publish(address, port);
  try {
    return await ask(`http://127.0.0.1:${published.port}${path}`, question);
  } finally {
    published.close();
  }
}

export async function publish(address: string, port: number): Promise<Published> {
  const server = createServer((socket) => {
    const upstream = connect(port, address);
    // Whoever hangs up takes the other along.
    socket.on("error", () => upstream.destroy()).on("close", () => upstream.destroy());
    upstream.on("error", () => socket.destroy()).on("close", () => socket.destroy());
    socket.pipe(upstream).pipe(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // A server that listens on a port has an address of this kind.
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}
