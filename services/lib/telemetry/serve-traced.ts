import type { FastifyInstance } from "fastify";
import { jsonLog } from "../log.ts";
import { serve, type ServeOptions } from "../serve.ts";
import { startTelemetry } from "./telemetry.ts";
import { traceRequests } from "./trace-requests.ts";

/** Listens as {@link serve} does, with each request as a span of the trace that it belongs to. */
export async function serveTraced(server: FastifyInstance, options: ServeOptions): Promise<void> {
  const telemetry = startTelemetry(process.env, jsonLog);
  traceRequests(server, jsonLog);
  const close = async (): Promise<void> => {
    await options.close();
    await telemetry.close();
  };
  await serve(server, { ...options, close });
}
