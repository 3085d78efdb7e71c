/** Redeploys what has changed: when it has been quiet for a moment, and one at a time. */
export interface Redeployer {
  readonly changed: (agent: string) => void;
  /** No further one begins; resolves when the one under way has ended. */
  readonly stop: () => Promise<void>;
}

export interface RedeployerOptions {
  /** Deploys what the agent's folder holds when it begins; must not reject. */
  readonly deploy: (agent: string) => Promise<void>;
  /** Milliseconds without a change before it begins: editors write in bursts. @default 200 */
  readonly quiet?: number;
}

/** What changes while a deployment is under way is deployed after it, once: the last state wins. */
export function createRedeployer({ deploy, quiet = 200 }: RedeployerOptions): Redeployer {
  const dirty = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> | undefined;
  let stopped = false;

  const work = async (): Promise<void> => {
    for (const agent of dirty) {
      if (stopped) return;
      dirty.delete(agent);
      await deploy(agent);
      // Changed again meanwhile: what is still being written gets its quiet moment, too.
      if (timer !== undefined) return;
    }
  };
  const begin = (): void => {
    timer = undefined;
    if (working !== undefined || stopped) return;
    working = work().finally(() => {
      working = undefined;
      if (dirty.size > 0 && timer === undefined) begin();
    });
  };
  return {
    changed: (agent) => {
      if (stopped) return;
      dirty.add(agent);
      clearTimeout(timer);
      timer = setTimeout(begin, quiet);
    },
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await working;
    },
  };
}
