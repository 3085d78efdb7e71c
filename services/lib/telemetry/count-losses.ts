import type { SpanExporter } from "@opentelemetry/sdk-trace";
import type { Log } from "../log.ts";

/** Milliseconds between two lines about what is lost. */
const QUIET = 60_000;

/** Counts the spans that a collector does not take, and says so: at once, then once a minute for as long as it goes on. */
export function countLosses(
  exporter: SpanExporter,
  log: Log,
  now: () => number = () => performance.now(),
): SpanExporter {
  let lost = 0;
  let quietUntil = 0;
  return {
    export: (spans, done) => {
      exporter.export(spans, (result) => {
        // Its code is of another version of the same package; what failed has an error, too.
        if (result.error !== undefined) {
          lost += spans.length;
          if (now() >= quietUntil) {
            quietUntil = now() + QUIET;
            log("warn", "spans lost", { lost, error: result.error.message });
          }
        }
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}
