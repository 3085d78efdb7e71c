import type { AgentContainer } from "./containers.ts";

/**
 * What the latest events said about containers. The engine tells of a death before its own list of containers
 * knows of it (dockerd 20.10 writes its list last), so for a moment the event is the truth, not the list.
 */
export interface RecentEvents {
  note(action: string, id: string): Noted;
  /** The list as the events have it. */
  correct(listed: readonly AgentContainer[]): readonly AgentContainer[];
  /** From now on the list is newer than this event; one that came later still counts. */
  expire(noted: Noted): void;
  /** Events were missed: only the list counts. */
  clear(): void;
}

interface Noted {
  readonly id: string;
  /** Whether the process of the container is running after it; undefined when the event does not tell. */
  readonly running: boolean | undefined;
}

const RUNNING_AFTER: ReadonlyMap<string, boolean> = new Map([
  ["start", true],
  ["unpause", true],
  ["die", false],
  ["pause", false],
  ["destroy", false],
]);

export function createRecentEvents(): RecentEvents {
  const latest = new Map<string, Noted>();
  return {
    note: (action, id) => {
      const noted = { id, running: RUNNING_AFTER.get(action) };
      if (noted.running !== undefined) latest.set(id, noted);
      return noted;
    },
    correct: (listed) =>
      listed.map((container) => ({
        ...container,
        running: latest.get(container.id)?.running ?? container.running,
      })),
    expire: (noted) => {
      if (latest.get(noted.id) === noted) latest.delete(noted.id);
    },
    clear: () => {
      latest.clear();
    },
  };
}
