import { setTimeout as sleep } from "node:timers/promises";

import type { ContainerInspectInfo } from "dockerode";

/** Milliseconds between looks at a container that is to become healthy. */
const LOOK_EVERY = 500;
/** Milliseconds that a service may take to be healthy again. */
const PATIENCE = 180_000;

export interface HealthWait {
  readonly service: string;
  /** The container's state now; undefined when it is gone. */
  readonly look: () => Promise<ContainerInspectInfo["State"] | undefined>;
  /** Ends the wait at once. */
  readonly cancel: AbortSignal;
}

/**
 * Waits until a service that was started again is healthy.
 * @throws Error when it does not stay up, is not healthy within three minutes, or the wait is canceled
 */
export async function untilHealthy({ service, look, cancel }: HealthWait): Promise<void> {
  for (let waited = 0; waited <= PATIENCE; waited += LOOK_EVERY) {
    cancel.throwIfAborted();
    const state = await look();
    if (state?.Health?.Status === "healthy") return;
    if (state?.Running !== true) throw new Error(`${service} does not stay up`);
    await sleep(LOOK_EVERY, undefined, { signal: cancel });
  }
  throw new Error(`${service} was started again but is not healthy after ${PATIENCE / 1000} s`);
}
