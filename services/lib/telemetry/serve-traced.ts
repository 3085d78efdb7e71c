import type { FastifyInstance } from "fastify";
import { jsonLog } from "../log.ts";
import { serve, type ServeOptions } from "../serve.ts";
import { measureRequests } from "./measure-requests.ts";
import { startTelemetry } from "./telemetry.ts";
import { type TracedRequests, traceRequests } from "./trace-requests.ts";

/** Listens as {@link serve} does, with each request measured, and a span of the trace that it belongs to. */
export async function serveTraced(
  server: FastifyInstance,
  { begins, ...options }: ServeOptions & Pick<TracedRequests, "begins">,
): Promise<void> {
  const telemetry = startTelemetry(process.env, jsonLog);
  measureRequests(server);
  traceRequests(server, { log: jsonLog, ...(begins !== undefined && { begins }) });
  const close = async (): Promise<void> => {
    await options.close();
    await telemetry.close();
  };
  await serve(server, { ...options, close });
}
