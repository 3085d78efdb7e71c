import { afterCheck, isUndecided, RESTARTED, UNSEEN, untilNextCheck, type Admission } from "./admission.ts";
import type { FetchCard } from "./card-client.ts";
import type { AgentContainer } from "./containers.ts";

/** Asks containers for their cards for as long as they run. */
export interface Checker {
  /** From now on these are watched, and no others. */
  follow(containers: readonly AgentContainer[]): void;
  readonly admissionOf: (id: string) => Admission;
  /** Checks at once instead of at the next turn. */
  hurry(id: string): void;
  /** Its process ended: what was known about it counts no more. */
  forget(id: string): void;
}

interface Watch {
  readonly stop: AbortController;
  admission: Admission;
  /** Ends the pause before the next check. */
  wake: () => void;
}

/** @param changed called when a container was admitted, lost, or could not be admitted for another reason */
export function createChecker(
  fetchCard: FetchCard,
  changed: (container: AgentContainer, admission: Admission) => void,
): Checker {
  const watches = new Map<string, Watch>();
  /** Containers that ended after they had been admitted. */
  const ended = new Set<string>();

  const run = async (container: AgentContainer, watch: Watch): Promise<void> => {
    const { signal } = watch.stop;
    let inARow = 0;
    while (!signal.aborted) {
      const check = await fetchCard(container, signal);
      // The answer of an aborted check is about a process that is gone.
      if (isOver(signal)) return;
      const before = watch.admission;
      inARow = check.kind === "card" ? inARow + 1 : 0;
      watch.admission = afterCheck(before, check, inARow);
      if (!saysTheSame(before, watch.admission)) changed(container, watch.admission);
      await pause(untilNextCheck(watch.admission, inARow), watch);
    }
  };

  const forget = (id: string): void => {
    const watch = watches.get(id);
    if (watch !== undefined && watch.admission.kind !== "pending") ended.add(id);
    watches.delete(id);
    watch?.stop.abort();
    watch?.wake();
  };

  return {
    follow: (containers) => {
      const running = new Map(containers.filter((entry) => entry.running).map((entry) => [entry.id, entry]));
      for (const id of watches.keys()) if (!running.has(id)) forget(id);
      const present = new Set(containers.map(({ id }) => id));
      for (const id of ended) if (!present.has(id)) ended.delete(id);
      for (const [id, container] of running) {
        if (watches.has(id)) continue;
        const admission = ended.has(id) ? RESTARTED : UNSEEN;
        const watch: Watch = { stop: new AbortController(), admission, wake: () => undefined };
        watches.set(id, watch);
        void run(container, watch);
      }
    },
    admissionOf: (id) => watches.get(id)?.admission ?? UNSEEN,
    hurry: (id) => watches.get(id)?.wake(),
    forget,
  };
}

/** A function of its own, because the compiler believes that a flag tested before an `await` is still the same. */
const isOver = (signal: AbortSignal): boolean => signal.aborted;

function saysTheSame(before: Admission, after: Admission): boolean {
  if (before.kind !== after.kind || before.relapsed !== after.relapsed) return false;
  if (isUndecided(before) !== isUndecided(after)) return false;
  return after.kind === "admitted" || before.kind === "admitted" || before.reason === after.reason;
}

function pause(milliseconds: number, watch: Watch): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    watch.wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}
