import type { ContainerInspectInfo } from "dockerode";
import { probeOf } from "./health.ts";
import type { ExecResult } from "./container-streams.ts";

/** Why a container is not what it should be: everything a person needs to go and look. */
export interface ContainerFailure {
  /** Name, e.g. "acme-web". */
  readonly container: string;
  /** Docker's word, e.g. "exited", "running", "restarting". */
  readonly state: string;
  readonly exitCode: number;
  readonly oomKilled: boolean;
  /** The last health probe, when there was one. */
  readonly probe?: {
    readonly command: string;
    /** Undefined when it did not end in time. */
    readonly exitCode: number | undefined;
    readonly output: string;
  };
  /** Last lines that the container wrote, oldest first. */
  readonly logTail: readonly string[];
  /** All of the above but the log, on one line. */
  readonly sentence: string;
}

/** Room for a probe's output in a sentence. */
const PROBE_OUTPUT = 200;

/**
 * Describes a container that failed.
 * @param lastProbe a probe that we ran ourselves; @default the newest in Docker's own record
 * @param cause what we were waiting for, e.g. "was not healthy within 60 s"; @default what the state tells
 */
export function describeContainerFailure(
  inspect: ContainerInspectInfo,
  logTail: readonly string[],
  lastProbe?: ExecResult,
  cause?: string,
): ContainerFailure {
  const container = inspect.Name.replace(/^\//, "");
  const { Status: state, ExitCode: exitCode, OOMKilled: oomKilled } = inspect.State;
  const probe = probeReport(inspect, lastProbe);
  const sentence = [
    `${container} ${cause ?? causeOf(inspect)}`,
    inspect.State.Error === "" ? undefined : oneLine(inspect.State.Error),
    probe === undefined ? undefined : probeSentence(probe),
  ]
    .filter((part) => part !== undefined)
    .join("; ");
  return {
    container,
    state,
    exitCode,
    oomKilled,
    ...(probe === undefined ? {} : { probe }),
    logTail,
    sentence,
  };
}

/** What the state of a container says about how it went wrong. */
export function causeOf(inspect: ContainerInspectInfo): string {
  const { State, RestartCount } = inspect;
  const memory = State.OOMKilled ? ", out of memory" : "";
  if (State.Restarting || RestartCount > 0) {
    // Zero while it runs means that nobody knows, see {@link ContainerWatch}.
    const isKnown = !State.Running || State.Restarting || State.ExitCode !== 0;
    const code = isKnown ? `, last exit code ${State.ExitCode}` : "";
    return `keeps exiting: restarted ${RestartCount} times${code}${memory}`;
  }
  if (State.Running && State.OOMKilled) return "ran out of memory: a process in it was killed";
  if (State.Running) return `is ${State.Health?.Status ?? State.Status}`;
  if (State.Status === "created") return "was created but never started";
  return `is ${State.Status} with exit code ${State.ExitCode}${memory}`;
}

/** The last probe of a container: one that we ran ourselves, else the newest in Docker's own record. */
export function probeReport(
  inspect: ContainerInspectInfo,
  lastProbe?: ExecResult,
): ContainerFailure["probe"] {
  const command = probeOf(inspect.Config.Healthcheck)?.command;
  const recorded = inspect.State.Health?.Log.at(-1);
  const probe =
    lastProbe ??
    (recorded === undefined ? undefined : { exitCode: recorded.ExitCode, output: recorded.Output });
  if (command === undefined || probe === undefined) return undefined;
  return { command: command.join(" "), exitCode: probe.exitCode, output: probe.output.trim() };
}

function probeSentence(probe: NonNullable<ContainerFailure["probe"]>): string {
  const end = probe.exitCode === undefined ? "did not end in time" : `ended with ${probe.exitCode}`;
  const output = oneLine(probe.output);
  const shown = output.length > PROBE_OUTPUT ? `${output.slice(0, PROBE_OUTPUT)}…` : output;
  return `its last health probe ${end}${shown === "" ? "" : `: ${shown}`}`;
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim();
