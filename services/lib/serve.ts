import type { FastifyInstance } from "fastify";
import { jsonLog, type Fields } from "./log.ts";

export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  /** What else the log says of a service that listens. @default nothing */
  readonly fields?: Fields;
  /** Closes everything that is open, in the right order: the server among the rest. */
  readonly close: () => Promise<unknown>;
}

/** Listens, and closes everything once, at the first SIGTERM or SIGINT. */
export async function serve(
  server: FastifyInstance,
  { host, port, fields = {}, close }: ServeOptions,
): Promise<void> {
  await server.listen({ host, port });
  const address = server.server.address();
  jsonLog("info", "listening", {
    host,
    port: typeof address === "object" && address !== null ? address.port : port,
    ...fields,
  });

  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    jsonLog("info", "stopping", { signal });
    void close();
  };
  for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, stop);
}
