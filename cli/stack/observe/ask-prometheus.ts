import { jsonIn } from "../../../engine/formats/json-text.ts";
import { getText } from "../../lib/get-text.ts";
import { field } from "../../lib/json-fields.ts";

/** Milliseconds that Prometheus may take: what it would say is not worth a wait. */
export const FIGURES_PATIENCE = 800;

/**
 * Asks Prometheus for what it knows now. Never throws.
 * @param url e.g. "http://127.0.0.1:9090/"
 * @param query in its own language
 * @param patience milliseconds that it may take
 * @returns the entries of its answer; undefined where it does not answer, or in another form
 */
export async function askPrometheus(
  url: string,
  query: string,
  patience: number,
): Promise<readonly unknown[] | undefined> {
  try {
    const { status, body } = await getText(`${url}api/v1/query?query=${encodeURIComponent(query)}`, patience);
    const result = status === 200 ? field(field(jsonIn(body), "data"), "result") : undefined;
    return Array.isArray(result) ? result : undefined;
  } catch {
    return undefined;
  }
}

/** The number of one entry; NaN where it has none. */
export const valueOf = (entry: unknown): number => Number(field(field(entry, "value"), "1"));
