import type { ContainerInspectInfo } from "dockerode";
import type PQueue from "p-queue";

import type { DockerClient } from "./client.ts";
import type { ExecResult } from "./container-streams.ts";
import type { Clock } from "./clock.ts";
import type { ContainerWatch } from "./container-watch.ts";
import { causeOf, describeContainerFailure, type ContainerFailure } from "./container-failure.ts";
import { statusCodeOf } from "./docker-error.ts";
import { probeOf, type Probe } from "./health.ts";

export type Readiness =
  { readonly ready: true } | { readonly ready: false; readonly failure: ContainerFailure };

export interface ReadinessOptions {
  readonly client: Pick<DockerClient, "container" | "exec" | "logs" | "watch">;
  readonly clock: Clock;
  /** Limits how many probes run at once over all containers: each costs about 90 ms of CPU. */
  readonly probes: PQueue;
  readonly signal: AbortSignal;
  readonly timeoutSeconds: number;
  readonly report: (message: string) => void;
}

const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 1000;
const LOG_TAIL = 20;

/**
 * Waits until a container is ready: until Docker calls it healthy or its own health check, run by us, succeeds. Docker
 * itself probes only once per interval, which would hold up everything that comes after. Ends at once, even in the
 * middle of a probe, when the container exits, restarts, runs out of memory or turns unhealthy.
 */
export async function waitUntilReady(id: string, options: ReadinessOptions): Promise<Readiness> {
  const watch = await options.client.watch(id);
  try {
    return await watchedUntilReady(id, options, watch);
  } finally {
    watch.close();
  }
}

async function watchedUntilReady(
  id: string,
  options: ReadinessOptions,
  watch: ContainerWatch,
): Promise<Readiness> {
  const { client, clock, signal } = options;
  const deadline = clock.now() + options.timeoutSeconds * 1000;
  let pause = FIRST_PAUSE;
  let lastProbe: ExecResult | undefined;
  let restarts: number | undefined;
  for (;;) {
    signal.throwIfAborted();
    const found = await client.container(id);
    if (found === undefined) return { ready: false, failure: goneFailure(id) };
    const inspect = withNews(found, watch);
    restarts ??= inspect.RestartCount;
    const probe = probeOf(inspect.Config.Healthcheck, shellOf(inspect));
    const state = stateOf(inspect, restarts, probe);
    if (state === "ready") return { ready: true };
    if (state !== "waiting") return await failed(inspect, options, lastProbe, state.cause);
    const left = deadline - clock.now();
    if (left <= 0) {
      const cause = `was not healthy within ${options.timeoutSeconds} s`;
      return await failed(inspect, options, lastProbe, cause);
    }
    options.report(`waiting for health (${inspect.State.Health?.Status ?? "starting"})`);
    const patience = Math.min(left, probe?.timeout ?? left);
    lastProbe = (await unlessNews(watch, options, (own) => runProbe(id, probe, patience, own))) ?? lastProbe;
    if (lastProbe?.exitCode === 0) return { ready: true };
    const rest = Math.min(pause, Math.max(deadline - clock.now(), 0));
    await unlessNews(watch, options, (own) => clock.sleep(rest, own.signal));
    pause = Math.min(pause * 1.5, LONGEST_PAUSE);
  }
}

/** Does something until it is done or there is news of the container; undefined in that case. */
async function unlessNews<Result>(
  watch: ContainerWatch,
  options: ReadinessOptions,
  work: (options: ReadinessOptions) => Promise<Result>,
): Promise<Result | undefined> {
  const interruption = new AbortController();
  const own = { ...options, signal: AbortSignal.any([options.signal, interruption.signal]) };
  try {
    return await Promise.race([work(own), watch.next().then(() => undefined)]);
  } finally {
    interruption.abort();
  }
}

/** What was heard of it counts beside what is seen of it: a container that runs again shows nothing of its last end. */
const withNews = (
  inspect: ContainerInspectInfo,
  { ranOutOfMemory, exitCode }: ContainerWatch,
): ContainerInspectInfo => ({
  ...inspect,
  State: {
    ...inspect.State,
    ...(ranOutOfMemory ? { OOMKilled: true } : {}),
    ...(exitCode !== undefined && inspect.State.Running ? { ExitCode: exitCode } : {}),
  },
});

/** Pure: what an inspection alone decides. */
function stateOf(
  inspect: ContainerInspectInfo,
  restarts: number,
  probe: Probe | undefined,
): "ready" | "waiting" | { readonly cause: string } {
  const { State } = inspect;
  if (State.Restarting || !State.Running || inspect.RestartCount > restarts)
    return { cause: causeOf(inspect) };
  if (State.Paused) return { cause: "is paused" };
  if (probe === undefined) return { cause: "has no health check to wait for" };
  if (State.Health?.Status === "healthy") return "ready";
  // A child that was killed long ago stays on record; it only counts while the container is not healthy.
  if (State.OOMKilled) return { cause: causeOf(inspect) };
  return State.Health?.Status === "unhealthy" ? { cause: "is unhealthy" } : "waiting";
}

/** Undefined when the container was no longer there to be asked: the next look tells why. */
async function runProbe(
  id: string,
  probe: Probe | undefined,
  timeout: number,
  { client, probes, signal }: ReadinessOptions,
): Promise<ExecResult | undefined> {
  if (probe === undefined) return undefined;
  try {
    return await probes.add(() => client.exec(id, probe.command, { timeout, signal }));
  } catch (thrown) {
    const status = statusCodeOf(thrown);
    if (status === 404 || status === 409 || status === 500) return undefined;
    throw thrown;
  }
}

async function failed(
  inspect: ContainerInspectInfo,
  { client }: ReadinessOptions,
  lastProbe: ExecResult | undefined,
  cause: string,
): Promise<Readiness> {
  const logTail = await client.logs(inspect.Id, LOG_TAIL);
  // Docker's own last probe is newer than ours when it is Docker that says "unhealthy".
  const probe = inspect.State.Health?.Status === "unhealthy" ? undefined : lastProbe;
  return { ready: false, failure: describeContainerFailure(inspect, logTail, probe, cause) };
}

function goneFailure(id: string): ContainerFailure {
  return {
    container: id,
    state: "removed",
    exitCode: 0,
    oomKilled: false,
    logTail: [],
    sentence: `${id.slice(0, 12)} was removed while it was waited for`,
  };
}

/** The image's SHELL, which "CMD-SHELL" checks run in; the library's types do not name it. */
function shellOf(inspect: ContainerInspectInfo): readonly string[] | undefined {
  const value: unknown = Reflect.get(inspect.Config, "Shell");
  return Array.isArray(value) && value.length > 0 && value.every((part) => typeof part === "string")
    ? value
    : undefined;
}
