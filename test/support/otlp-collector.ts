import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A span as OTLP over HTTP carries it in JSON. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly status: { readonly code?: number };
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
}

/** A metric as OTLP over HTTP carries it in JSON, of one of the kinds that have data points. */
export interface ReceivedMetric {
  readonly name: string;
  readonly unit?: string;
  readonly histogram?: { readonly dataPoints: readonly DataPoint[] };
  readonly gauge?: { readonly dataPoints: readonly DataPoint[] };
}
interface DataPoint {
  readonly count?: number;
  readonly sum?: number;
  readonly attributes: ReceivedSpan["attributes"];
}

/** A collector that keeps what it is sent. */
export interface OtlpCollector {
  /** e.g. "http://127.0.0.1:4318" */
  readonly url: string;
  readonly spans: readonly ReceivedSpan[];
  readonly metrics: readonly ReceivedMetric[];
  /** What the last sender said of itself, as JSON. */
  resource(): string;
  close(): Promise<void>;
}

interface Exported {
  readonly resourceMetrics?: readonly {
    readonly scopeMetrics: readonly { readonly metrics: readonly ReceivedMetric[] }[];
  }[];
  readonly resourceSpans?: readonly {
    readonly resource: unknown;
    readonly scopeSpans: readonly { readonly spans: readonly ReceivedSpan[] }[];
  }[];
}

export async function startCollector(): Promise<OtlpCollector> {
  const spans: ReceivedSpan[] = [];
  const metrics: ReceivedMetric[] = [];
  let resource = "";
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      // The sender's own contract.
      const body = JSON.parse(Buffer.concat(parts).toString()) as Exported;
      for (const one of body.resourceSpans ?? []) {
        resource = JSON.stringify(one.resource);
        spans.push(...one.scopeSpans.flatMap((scope) => scope.spans));
      }
      for (const one of body.resourceMetrics ?? [])
        metrics.push(...one.scopeMetrics.flatMap((scope) => scope.metrics));
      response.end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server that listens on a port has an address of this form.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    metrics,
    resource: () => resource,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
