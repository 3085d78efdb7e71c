import type { ContainerInspectInfo } from "dockerode";
import PQueue from "p-queue";

import type { DockerClient } from "../../../../../engine/providers/docker/client.ts";
import type { ExecResult } from "../../../../../engine/providers/docker/container-streams.ts";
import type { Clock } from "../../../../../engine/providers/docker/clock.ts";
import type { ContainerWatch } from "../../../../../engine/providers/docker/container-watch.ts";
import type { ReadinessOptions } from "../../../../../engine/providers/docker/readiness.ts";

export interface FakeState {
  readonly status?: string;
  readonly running?: boolean;
  readonly restarting?: boolean;
  readonly paused?: boolean;
  readonly oomKilled?: boolean;
  readonly exitCode?: number;
  readonly error?: string;
  readonly restarts?: number;
  readonly health?: string;
  readonly healthLog?: { readonly ExitCode: number; readonly Output: string };
  readonly tests?: readonly string[];
}

/** An answer to "inspect" with what our code reads of it. */
function fakeInspect(state: FakeState = {}): ContainerInspectInfo {
  const running = state.running ?? true;
  const log = state.healthLog === undefined ? [] : [{ Start: "", End: "", ...state.healthLog }];
  const inspect = {
    Id: "0123456789abcdef",
    Name: "/nasiko-test-kong",
    RestartCount: state.restarts ?? 0,
    State: {
      Status: state.status ?? (running ? "running" : "exited"),
      Running: running,
      Restarting: state.restarting ?? false,
      Paused: state.paused ?? false,
      OOMKilled: state.oomKilled ?? false,
      ExitCode: state.exitCode ?? 0,
      Error: state.error ?? "",
      Health: { Status: state.health ?? "starting", FailingStreak: 0, Log: log },
    },
    Config: { Healthcheck: { Test: state.tests ?? ["CMD", "kong", "health"], Timeout: 2e9 } },
  };
  // The engine's answer has many more fields; none of the code under test reads them.
  return inspect as unknown as ContainerInspectInfo;
}

export interface FakeWorld {
  /** State at a time, in milliseconds since the start. */
  readonly state: (at: number) => FakeState | undefined;
  /** Answer of a probe at a time. */
  readonly probe?: (at: number) => ExecResult | Error;
  readonly timeoutSeconds?: number;
  readonly signal?: AbortSignal;
}

export interface FakeRun extends ReadinessOptions {
  /** Milliseconds that have passed. */
  readonly elapsed: () => number;
  /** When probes ran. */
  readonly probedAt: readonly number[];
  readonly reports: readonly string[];
}

/** An engine that tells nothing by itself: then what is asked has to do. */
const silent: ContainerWatch = {
  next: () => new Promise(() => undefined),
  ranOutOfMemory: false,
  exitCode: undefined,
  close: () => undefined,
};

/** An engine with one container, and a clock that moves only when somebody sleeps. */
export function fakeWorld(world: FakeWorld): FakeRun {
  let time = 0;
  const probedAt: number[] = [];
  const reports: string[] = [];
  const clock: Clock = {
    now: () => time,
    sleep: (milliseconds, signal) => {
      signal.throwIfAborted();
      time += milliseconds;
      return Promise.resolve();
    },
  };
  const client: Pick<DockerClient, "container" | "exec" | "logs" | "watch"> = {
    container: () => {
      const state = world.state(time);
      return Promise.resolve(state === undefined ? undefined : fakeInspect(state));
    },
    exec: () => {
      probedAt.push(time);
      const answer = world.probe?.(time) ?? { exitCode: 1, output: "not yet" };
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    logs: () => Promise.resolve(["first line", "last line"]),
    watch: () => Promise.resolve(silent),
  };
  return {
    client,
    clock,
    probes: new PQueue({ concurrency: 4 }),
    signal: world.signal ?? new AbortController().signal,
    timeoutSeconds: world.timeoutSeconds ?? 60,
    report: (message) => {
      reports.push(message);
    },
    elapsed: () => time,
    probedAt,
    reports,
  };
}
