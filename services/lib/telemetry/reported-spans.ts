import { type Attributes, SpanKind, SpanStatusCode } from "@opentelemetry/api";
import type { Log } from "../log.ts";
import { openProvider } from "./telemetry.ts";

/** A span of somebody who cannot send it. Times are in milliseconds since 1970. */
export interface ReportedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly failed: boolean;
  readonly attributes: Attributes;
}

/** Sends the first span of a trace for somebody else, under the ids that it was given beforehand. */
export interface SpanReporter {
  readonly report: (span: ReportedSpan) => void;
  /** Sends what is left, for a few seconds at most. */
  readonly close: () => Promise<void>;
}

/**
 * @param service whose spans they are
 * @returns undefined where OTEL_EXPORTER_OTLP_ENDPOINT names nobody who takes traces
 */
export function openReporter(
  environment: Readonly<Record<string, string | undefined>>,
  service: string,
  log: Log,
): SpanReporter | undefined {
  const collector = environment["OTEL_EXPORTER_OTLP_ENDPOINT"] ?? "";
  if (collector === "") return undefined;
  let ids = { traceId: "", spanId: "" };
  const provider = openProvider(collector, log, {
    service,
    idGenerator: { generateTraceId: () => ids.traceId, generateSpanId: () => ids.spanId },
  });
  const tracer = provider.getTracer("nasiko");
  return {
    report: ({ name, start, end, failed, attributes, ...given }) => {
      // Read at once: a span gets its ids when it is started.
      ids = given;
      const span = tracer.startSpan(name, {
        ...{ kind: SpanKind.CLIENT, root: true, startTime: start, attributes },
      });
      if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end(end);
    },
    close: async () => {
      // What is lost with it is counted where it is sent.
      await provider.shutdown().catch(() => undefined);
    },
  };
}
