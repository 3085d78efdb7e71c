import type { Log } from "../../../lib/log.ts";
import { changesBetween } from "./changes.ts";
import type { Consumer } from "./consumers.ts";
import type { Kong } from "./kong.ts";

/** Keeps the gateway in step with users and grants. */
export interface GatewaySync {
  /** Compares everything once more. @returns whether the gateway knows now all that was true at the call */
  sync(): Promise<boolean>;
  /** Whether it was in step at least once: until then nobody can be let in. */
  ready(): boolean;
  start(): void;
  stop(): void;
}

export interface GatewaySyncOptions {
  readonly kong: Kong;
  /** Everybody who may pass now. */
  readonly wanted: () => Promise<readonly Consumer[]>;
  /** Milliseconds between two comparisons when nothing changes. */
  readonly interval: number;
  readonly log: Log;
}

/** Milliseconds until the next attempt after a failure. */
const RETRY = 1000;

export function createGatewaySync({ kong, wanted, interval, log }: GatewaySyncOptions): GatewaySync {
  let everInStep = false;
  let failing = false;
  let running: Promise<boolean> | undefined;
  let next: Promise<boolean> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const compare = async (): Promise<boolean> => {
    try {
      const calls = changesBetween(await kong.read(), await wanted());
      for (const call of calls) await kong.apply(call);
      if (calls.length > 0) log("info", "gateway brought in step", { calls: calls.length });
      everInStep = true;
      failing = false;
      return true;
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      if (!failing) log("warn", "the gateway cannot be brought in step", { error: text });
      failing = true;
      return false;
    } finally {
      schedule();
    }
  };
  const schedule = (): void => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(() => void sync(), failing ? RETRY : interval);
  };
  const run = (): Promise<boolean> => {
    const comparing = compare().finally(() => (running = undefined));
    running = comparing;
    return comparing;
  };
  const sync = (): Promise<boolean> => {
    if (running === undefined) return run();
    // The one that runs may have read already; the one after it has not, so it serves all who ask meanwhile.
    next ??= running.then(() => {
      next = undefined;
      return run();
    });
    return next;
  };
  return {
    sync,
    ready: () => everInStep,
    start: () => void sync(),
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** Where there is no gateway, nothing can be out of step. */
export const noGateway: GatewaySync = {
  sync: () => Promise.resolve(true),
  ready: () => true,
  start: () => undefined,
  stop: () => undefined,
};
