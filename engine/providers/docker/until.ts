import type { Clock } from "./clock.ts";

/** Milliseconds between two tries, and the longest we go on. */
const PAUSE = 250;
const PATIENCE = 30_000;

/**
 * Repeats a request that the engine refuses for the time being, e.g. because a container still uses a network.
 * @param attempt false means "not yet"
 * @returns whether it worked in the end
 */
export async function until(
  attempt: () => Promise<boolean>,
  clock: Clock,
  signal: AbortSignal,
): Promise<boolean> {
  const deadline = clock.now() + PATIENCE;
  for (;;) {
    if (await attempt()) return true;
    if (clock.now() >= deadline) return false;
    await clock.sleep(PAUSE, signal);
  }
}
