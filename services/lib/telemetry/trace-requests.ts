import { type Context, context, propagation, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import {
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_URL_PATH,
  ATTR_URL_SCHEME,
} from "@opentelemetry/semantic-conventions";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Log } from "../log.ts";

/** What health checks and monitors ask every few seconds, a page with its files and its own spans: nobody's request. */
const ROUTINE =
  /^\/$|^\/telemetry\/|\/(?:health|healthz|healthcheck|status|metrics|readyz)$|\.(?:css|html|ico|js|map|png|svg|woff2)$/;

export interface TracedRequests {
  readonly log: Log;
  /**
   * People come here first, so that a trace begins with them. @default what comes without a trace is the platform's own
   * business, and there is much of that: health checks, and services that look for changes
   */
  readonly begins?: boolean;
}

/**
 * Records a span for each request, as part of the trace that its `traceparent` names, and makes it the active one. Each
 * leaves a line in the log as well, by which a request is found in all services that had a part in it.
 */
export function traceRequests(app: FastifyInstance, { log, begins = false }: TracedRequests): void {
  const tracer = trace.getTracer("nasiko");
  const contexts = new WeakMap<FastifyRequest, Context>();

  app.addHook("onRequest", (request, reply, done) => {
    const { method, headers, routeOptions, url } = request;
    const parent = propagation.extract(context.active(), headers);
    const [path = ""] = url.split("?");
    if (trace.getSpanContext(parent) === undefined && (!begins || ROUTINE.test(path))) {
      done();
      return;
    }
    const route = routeOptions.url;
    const span = tracer.startSpan(
      route === undefined ? method : `${method} ${route}`,
      {
        kind: SpanKind.SERVER,
        attributes: {
          [ATTR_HTTP_REQUEST_METHOD]: method,
          [ATTR_URL_PATH]: path,
          [ATTR_URL_SCHEME]: "http",
          ...(route !== undefined && { [ATTR_HTTP_ROUTE]: route }),
        },
      },
      parent,
    );
    const started = performance.now();
    const { traceId } = span.spanContext();
    // Comes once for every response, whether it was finished or its caller has left.
    reply.raw.once("close", () => {
      const milliseconds = Math.round(performance.now() - started);
      log("info", "request", { method, path, status: reply.statusCode, milliseconds, trace_id: traceId });
      span.setAttribute(ATTR_HTTP_RESPONSE_STATUS_CODE, reply.statusCode);
      if (reply.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    });
    const own = trace.setSpan(parent, span);
    contexts.set(request, own);
    context.with(own, done);
  });

  // A body comes by events of the connection, which knows nothing of the request's context.
  app.addHook("preValidation", (request, _reply, done) => {
    context.with(contexts.get(request) ?? context.active(), done);
  });
}
