import { metrics } from "@opentelemetry/api";

/** Seconds: builds take from some to many minutes. */
const BOUNDARIES = [0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 600, 1200, 1800];

/** What is counted of the worker's work. */
export interface Figures {
  /** @param failure why it did not succeed, in a word; undefined: it did */
  readonly processed: (command: string, seconds: number, failure: string | undefined) => void;
}

/** Figures of the worker, after telemetry was started. @param waiting pieces of work that wait or are being worked on */
export function createFigures(waiting: () => Promise<number>): Figures {
  const meter = metrics.getMeter("nasiko");
  const duration = meter.createHistogram("messaging.process.duration", {
    description: "Duration of what was done for one command.",
    unit: "s",
    advice: { explicitBucketBoundaries: BOUNDARIES },
  });
  meter
    .createObservableGauge("nasiko.worker.queue.length", {
      description: "Commands that wait or are being worked on.",
      unit: "{command}",
    })
    .addCallback(async (result) => {
      // While Redis does not answer, nobody knows: then there is no figure.
      const count = await waiting().catch(() => undefined);
      if (count !== undefined) result.observe(count);
    });
  return {
    processed: (command, seconds, failure) =>
      duration.record(seconds, {
        "messaging.system": "redis",
        "messaging.operation.name": command,
        ...(failure !== undefined && { "error.type": failure }),
      }),
  };
}
