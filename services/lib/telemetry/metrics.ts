import { metrics } from "@opentelemetry/api";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import { RuntimeNodeInstrumentation } from "@opentelemetry/instrumentation-runtime-node";
import type { Resource } from "@opentelemetry/resources";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";

/** Milliseconds between two reports. */
const INTERVAL = 15_000;
/** Milliseconds between two looks at the event loop: each is a timer, and figures are fetched every few seconds. */
const PRECISION = 100;

export interface MetricsOptions {
  readonly collector: string;
  readonly resource: Resource;
  /** Milliseconds that one report may take. */
  readonly patience: number;
}

/**
 * Reports the figures that a service keeps, and those of its Node: memory, garbage collection, event loop.
 * @returns sends the last ones, and stops
 */
export function reportMetrics({ collector, resource, patience }: MetricsOptions): () => Promise<void> {
  const provider = new MeterProvider({
    resource,
    readers: [
      new PeriodicExportingMetricReader({
        exporter: new OTLPMetricExporter({ url: `${collector}/v1/metrics`, timeoutMillis: patience }),
        exportIntervalMillis: INTERVAL,
        exportTimeoutMillis: patience,
      }),
    ],
  });
  metrics.setGlobalMeterProvider(provider);
  const runtime = new RuntimeNodeInstrumentation({ monitoringPrecision: PRECISION });
  runtime.setMeterProvider(provider);
  return async () => {
    // Sends the last figures, so those of Node have to be there still.
    await provider.shutdown();
    runtime.disable();
  };
}
