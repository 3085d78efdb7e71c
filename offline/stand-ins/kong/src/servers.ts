import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { Listener } from "./config/listen.ts";

/** Servers that listen together and stop together. */
export interface Servers {
  /** Connections that are open. */
  readonly connections: () => number;
  /** Connections since the start. */
  readonly accepted: () => number;
  /** Stops listening, lets what is under way finish for so many milliseconds, then cuts it off. */
  readonly stop: (grace: number) => Promise<void>;
}

function listen(server: Server, { host, port }: Listener): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/**
 * A peer may break off at any moment. Node's HTTP server handles the error while it reads a request, and forgets the
 * socket after CONNECT or an upgrade: without a listener the next reset would end the process.
 */
const ignoreErrors = (socket: Socket): void => void socket.on("error", () => socket.destroy());

/** Opens one server per listener. @throws Error when an address cannot be had */
export async function openServers(
  listeners: readonly Listener[],
  create: (listener: Listener) => Server,
): Promise<Servers> {
  // Kept by us because a connection that became a WebSocket is no longer known to the HTTP server.
  const sockets = new Set<Socket>();
  const servers: Server[] = [];
  let accepted = 0;
  for (const listener of listeners) {
    const server = create(listener);
    server.on("connection", (socket: Socket) => {
      sockets.add(socket);
      accepted += 1;
      ignoreErrors(socket);
      socket.once("close", () => sockets.delete(socket));
    });
    // Over TLS the socket that requests are read from is another one.
    server.on("secureConnection", ignoreErrors);
    await listen(server, listener);
    servers.push(server);
  }
  const closed = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  return {
    connections: () => sockets.size,
    accepted: () => accepted,
    stop: async (grace) => {
      const timer = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, grace);
      await Promise.all(servers.map(closed));
      clearTimeout(timer);
    },
  };
}
