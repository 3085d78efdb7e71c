import type { Log } from "./lib/log.ts";
import type { PluginKinds } from "./plugins/kinds.ts";
import type { Entities } from "./entities/entities.ts";
import { buildSnapshot, type Snapshot } from "./proxy/snapshot.ts";
import type { Store } from "./store/store.ts";

/** What the proxy works from, kept in step with the database. */
export interface LiveConfig {
  readonly snapshot: () => Snapshot;
  readonly entities: () => Entities;
  /** Returns when a state at least as new as the moment of the call is live. @throws when it cannot be read */
  readonly refresh: () => Promise<void>;
  /** Looks whether another node, or a restored backup, changed the database; the last state stays on failure. */
  readonly poll: () => Promise<void>;
  readonly databaseReachable: () => boolean;
}

/**
 * Loads the first state.
 * @param onChange is called with every state that goes live, before it does
 * @throws Error when the database cannot be read, or a stored plugin cannot run
 */
export async function startLiveConfig(
  store: Store,
  kinds: PluginKinds,
  log: Log,
  onChange: (snapshot: Snapshot) => void,
): Promise<LiveConfig> {
  let loaded = await store.load();
  let current = buildSnapshot(loaded.entities, kinds);
  onChange(current);
  let reachable = true;
  let running: Promise<void> | undefined;
  let waiting: Promise<void> | undefined;

  const loadNow = async (): Promise<void> => {
    const next = await store.load();
    const snapshot = buildSnapshot(next.entities, kinds);
    loaded = next;
    current = snapshot;
    // No await between the two: requests see the new routes and the new connections together.
    onChange(snapshot);
  };
  const begin = (): Promise<void> => {
    const work = loadNow().finally(() => {
      if (running === work) running = undefined;
    });
    running = work;
    return work;
  };
  const refresh = (): Promise<void> => {
    if (running === undefined) return begin();
    // A load that already runs may have missed the change: all who come meanwhile share the next one.
    waiting ??= running
      .catch(() => undefined)
      .then(() => {
        waiting = undefined;
        return begin();
      });
    return waiting;
  };
  const poll = async (): Promise<void> => {
    try {
      const revision = await store.revision();
      if (!reachable) log("notice", "the database answers again");
      reachable = true;
      if (revision !== loaded.revision) await refresh();
    } catch (error) {
      if (reachable) log("error", `cannot read the database, going on with what is known: ${String(error)}`);
      reachable = false;
    }
  };
  return {
    snapshot: () => current,
    entities: () => loaded.entities,
    refresh,
    poll,
    databaseReachable: () => reachable,
  };
}
