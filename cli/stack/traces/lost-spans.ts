import { askPrometheus, valueOf } from "../observe/ask-prometheus.ts";

/** What the collector counts of spans that it did not hand on, by its own names. */
const LOSSES = [
  // No store took them for five minutes, or there was no room to wait.
  ...["otelcol_exporter_send_failed_spans", "otelcol_exporter_enqueue_failed_spans"],
  // A clock that is wrong, or a sender whom nobody knows; and more at a time than its memory holds.
  ...["otelcol_processor_filter_spans_filtered", "otelcol_receiver_refused_spans"],
];

const QUERY = LOSSES.map((name) => `(sum(increase(${name}[1h])) or vector(0))`).join(" + ");

/**
 * How many spans the collector lost in the last hour, as Prometheus knows it. Never throws.
 * @param url of Prometheus, e.g. "http://127.0.0.1:9090/"
 * @param patience milliseconds that it may take
 * @returns undefined where Prometheus does not answer
 */
export async function askLostSpans(url: string, patience: number): Promise<number | undefined> {
  const [sum] = (await askPrometheus(url, QUERY, patience)) ?? [];
  const lost = valueOf(sum);
  return Number.isFinite(lost) ? Math.round(lost) : undefined;
}
