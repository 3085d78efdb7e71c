import { type Attributes, metrics } from "@opentelemetry/api";
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_URL_SCHEME,
  METRIC_HTTP_SERVER_REQUEST_DURATION,
} from "@opentelemetry/semantic-conventions";
import type { FastifyInstance } from "fastify";

/** Seconds, as the semantic conventions have them. */
const BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** Measures how long each request takes, by route: a path of its own for each agent would be as many figures. */
export function measureRequests(app: FastifyInstance): void {
  const duration = metrics.getMeter("nasiko").createHistogram(METRIC_HTTP_SERVER_REQUEST_DURATION, {
    description: "Duration of HTTP server requests.",
    unit: "s",
    advice: { explicitBucketBoundaries: BOUNDARIES },
  });
  app.addHook("onRequest", (request, reply, done) => {
    const started = performance.now();
    // Comes once for every response, whether it was finished or its caller has left.
    reply.raw.once("close", () => {
      const { method, routeOptions } = request;
      const { statusCode } = reply;
      const attributes: Attributes = {
        [ATTR_HTTP_REQUEST_METHOD]: method,
        [ATTR_HTTP_RESPONSE_STATUS_CODE]: statusCode,
        [ATTR_URL_SCHEME]: "http",
        ...(routeOptions.url !== undefined && { [ATTR_HTTP_ROUTE]: routeOptions.url }),
        ...(statusCode >= 500 && { [ATTR_ERROR_TYPE]: String(statusCode) }),
      };
      duration.record((performance.now() - started) / 1000, attributes);
    });
    done();
  });
}
