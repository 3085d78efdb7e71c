import { placed, type Span } from "../../stack/traces/span.ts";
import type { TraceStore } from "../../stack/traces/trace-store.ts";

/** Milliseconds: services send what they have twice a second, and the collector passes it on at once. */
const PATIENCE = 10_000;
const PAUSE = 400;

/**
 * Waits until a trace is whole: nothing in it hangs in the air, and nothing more has come for a moment.
 * @param sleep resolves after so many milliseconds, or when nobody wants to wait any longer
 */
export async function wholeTrace(
  store: Pick<TraceStore, "trace">,
  own: Span,
  sleep: (milliseconds: number) => Promise<void>,
  now: () => number = () => performance.now(),
): Promise<readonly Span[]> {
  const deadline = now() + PATIENCE;
  let before = 0;
  for (;;) {
    const found = await store.trace(own.traceId);
    const isWhole = found.length > 1 && placed(found).filter(({ depth }) => depth === 0).length === 1;
    if ((isWhole && found.length === before) || now() >= deadline) return found;
    before = found.length;
    await sleep(PAUSE);
  }
}
