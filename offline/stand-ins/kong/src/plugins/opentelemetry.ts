import {
  type Attributes,
  SpanKind,
  SpanStatusCode,
  trace,
  ROOT_CONTEXT,
  type TextMapGetter,
  type TextMapSetter,
  type Tracer,
} from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import type { TracingConfig } from "../config/config.ts";
import type { HeaderList } from "../http/header-list.ts";
import {
  dictionary,
  integer,
  number,
  optional,
  record,
  string,
  withDefault,
  type ValueOf,
} from "../schema/field.ts";
import { between, headerName, oneOf } from "../schema/rules.ts";
import { definePlugin, type AnyPluginKind, type Exchange } from "./plugin.ts";

const url = string((value) => (URL.canParse(value) ? undefined : "missing host in url"));
const milliseconds = (usual: number) => withDefault(integer(between(0, 2 ** 31 - 2)), usual);

const config = record(
  {
    traces_endpoint: optional(url),
    /** What it was called before 3.8. */
    endpoint: optional(url),
    headers: optional(dictionary(string(), headerName)),
    resource_attributes: optional(dictionary(string(), () => undefined)),
    http_response_header_for_traceid: optional(string(headerName)),
    /** Others than the W3C's are refused: nothing here reads them. */
    header_type: withDefault(string(oneOf("preserve", "w3c")), "preserve"),
    sampling_rate: optional(number(between(0, 1))),
    connect_timeout: milliseconds(1000),
    send_timeout: milliseconds(5000),
    read_timeout: milliseconds(5000),
  },
  ({ traces_endpoint, endpoint }) =>
    traces_endpoint === null && endpoint === null
      ? "at least one of these fields must be non-empty: 'traces_endpoint', 'logs_endpoint'"
      : undefined,
);
type OpentelemetryConfig = ValueOf<typeof config>;

const PROPAGATOR = new W3CTraceContextPropagator();
const HEADERS: TextMapGetter<HeaderList> = {
  get: (headers, name) => headers.get(name),
  keys: (headers) => headers.toPairs().map(([name]) => name),
};
const UPSTREAM_HEADERS: TextMapSetter<HeaderList> = {
  set: (headers, name, value) => headers.set(name, value),
};
const INSTRUMENTATION = "kong-internal";

/** Reports each request to a collector, and passes the trace on to the service. */
export function createOpentelemetry({ spans, rate }: TracingConfig): AnyPluginKind {
  const tracers = new Map<string, Tracer>();
  // The entities are read anew with every change; who reports stays as long as the configuration does.
  const tracerOf = (settings: OpentelemetryConfig): Tracer => {
    const key = JSON.stringify(settings);
    const known = tracers.get(key) ?? openTracer(settings, rate);
    tracers.set(key, known);
    return known;
  };
  return definePlugin({
    name: "opentelemetry",
    priority: 14,
    config,
    begin: (settings, exchange) => {
      if (!spans) return undefined;
      const tracer = tracerOf(settings);
      const parent = PROPAGATOR.extract(ROOT_CONTEXT, exchange.requestHeaders, HEADERS);
      const request = tracer.startSpan(
        "kong",
        { kind: SpanKind.SERVER, attributes: about(exchange) },
        parent,
      );
      const inside = trace.setSpan(parent, request);
      const balancer = tracer.startSpan("kong.balancer", { kind: SpanKind.CLIENT }, inside);
      PROPAGATOR.inject(trace.setSpan(inside, balancer), exchange.upstreamHeaders, UPSTREAM_HEADERS);
      const header = settings.http_response_header_for_traceid;
      return {
        responseHeaders: header === null ? [] : [[header, request.spanContext().traceId]],
        ended: ({ status, forwarded }) => {
          if (forwarded) balancer.end();
          request.setAttribute("http.status_code", status);
          if (status >= 500) request.setStatus({ code: SpanStatusCode.ERROR });
          request.end();
        },
      };
    },
  });
}

/** In the names that Kong gives them. */
const about = ({ method, path, requestHeaders, clientAddress, route, service }: Exchange): Attributes => ({
  "http.method": method,
  "http.url": path,
  "http.host": requestHeaders.get("host") ?? "",
  "net.peer.ip": clientAddress,
  ...(route.name !== null && { "kong.route": route.name, "http.route": route.paths?.[0] ?? "" }),
  ...(service?.name != null && { "kong.service": service.name }),
});

function openTracer(settings: OpentelemetryConfig, rate: number): Tracer {
  const sampler = new TraceIdRatioBasedSampler(settings.sampling_rate ?? rate);
  const exporter = new OTLPTraceExporter({
    url: settings.traces_endpoint ?? settings.endpoint ?? "",
    ...(settings.headers !== null && { headers: { ...settings.headers } }),
    timeoutMillis: settings.connect_timeout + settings.read_timeout,
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ "service.name": "kong", ...settings.resource_attributes }),
    // As Kong's own "parent_drop_probability_fallback".
    sampler: new ParentBasedSampler({ root: sampler, remoteParentSampled: sampler }),
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: 500 })],
  });
  return provider.getTracer(INSTRUMENTATION);
}
