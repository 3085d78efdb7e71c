import type { AgentContainer } from "./containers.ts";

/** A version that Kong is known to send calls to. */
export interface Served {
  readonly container: string;
  readonly hash: string;
  /** Since when this is known. */
  readonly since: Date;
}

/** What Kong has confirmed, agent by agent. */
export interface Serving {
  /** Kong holds this target now, or none. @returns whether that is news */
  confirm(agent: string, target: AgentContainer | undefined): boolean;
  /** Nothing is known about any other agent. */
  only(agents: readonly string[]): void;
  all(): ReadonlyMap<string, Served>;
}

export function createServing(): Serving {
  const served = new Map<string, Served>();
  return {
    confirm: (agent, target) => {
      const before = served.get(agent);
      if (target === undefined) return served.delete(agent);
      if (before?.container === target.name && before.hash === target.hash) return false;
      served.set(agent, { container: target.name, hash: target.hash, since: new Date() });
      return true;
    },
    only: (agents) => {
      for (const agent of served.keys()) if (!agents.includes(agent)) served.delete(agent);
    },
    all: () => served,
  };
}
