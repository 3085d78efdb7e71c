import type { ContainerInspectInfo } from "dockerode";

import { exitMeaning } from "./exit-meaning.ts";

/** Why a member of the platform is not what it shall be. */
export interface FailureReason {
  readonly kind:
    "exit" | "memory" | "unhealthy" | "timeout" | "image" | "port" | "refused" | "not-served" | "stopped";
  /** One clause, to follow the member's name. */
  readonly text: string;
}

/** What is known about one member that failed. */
export interface Symptoms {
  readonly container: ContainerInspectInfo | undefined;
  /** What the run reported about it: errors of its steps, problems that concern it. */
  readonly reports: readonly string[];
  /** Codes of those problems. */
  readonly codes: readonly string[];
}

const IMAGE_CODES = /^NSK-(?:IMAGE|BUILD|PULL|REGISTRY|BASE|CREDENTIALS|DOCKERFILE|CONTEXT)-/;
const PORT_TAKEN = /port is already allocated|address already in use|ports are not available/i;
const NOT_IN_TIME = /was not (?:healthy|ready) within \d+ s/;
/** Of an agent, which has no health to wait for but its route. */
const NOT_SERVED = "NSK-AGENT-NOT-SERVED";

/** The one reason that explains most: what keeps a container from starting before what a started one does. */
export function failureReason({ container, reports, codes }: Symptoms): FailureReason {
  const text = reports.join("\n");
  if (PORT_TAKEN.test(text))
    return { kind: "port", text: "could not start: a host port that it needs is taken" };
  if (codes.includes("NSK-BUILD-FAILED")) return { kind: "image", text: "has no image: the build failed" };
  if (codes.some((code) => IMAGE_CODES.test(code))) return { kind: "image", text: "has no image" };
  if (container === undefined) return { kind: "refused", text: "could not be created" };
  const { State: state, RestartCount: restarts } = container;
  if (state.OOMKilled) return { kind: "memory", text: memoryText(container) };
  if (state.Restarting || (restarts > 0 && !isHealthy(container)))
    return {
      kind: "exit",
      text: `keeps ending (${restarts} restarts)${howItEnded(lastExitCode(container, reports))}`,
    };
  if (state.Status === "created") return { kind: "refused", text: "could not start" };
  if (state.Paused) return { kind: "stopped", text: "is paused" };
  if (!state.Running) return { kind: "exit", text: endText(state.ExitCode) };
  if (state.Health?.Status === "unhealthy")
    return { kind: "unhealthy", text: `is unhealthy: ${streakText(state.Health.FailingStreak)}` };
  const late = NOT_IN_TIME.exec(text)?.[0];
  if (late !== undefined) return { kind: "timeout", text: late };
  if (codes.includes(NOT_SERVED))
    return { kind: "not-served", text: "runs, but the gateway does not serve it" };
  return {
    kind: "refused",
    text: text === "" ? `is ${state.Health?.Status ?? state.Status}` : firstLine(text),
  };
}

/** In our own words, or in Docker's, which the service registry passes on: "Restarting (7) 2 seconds ago". */
const REPORTED_CODE = /(?:exit code |\b(?:Exited|Restarting) \()(\d+)/;

const isHealthy = ({ State }: ContainerInspectInfo): boolean =>
  State.Running && State.Health?.Status === "healthy";

/**
 * The exit code of a container's last end. Between two restarts it runs, and the engine reports 0: then only the
 * reports about its end have the code.
 */
export function lastExitCode(
  { State: { Running, Restarting, ExitCode } }: ContainerInspectInfo,
  reports: readonly string[],
): number | undefined {
  if (!Running || Restarting) return ExitCode;
  const code = REPORTED_CODE.exec(reports.join("\n"))?.[1];
  return code === undefined ? undefined : Number(code);
}

const howItEnded = (exitCode: number | undefined): string =>
  exitCode === undefined ? "" : `: it ${endText(exitCode)}`;

function endText(exitCode: number): string {
  const meaning = exitMeaning(exitCode);
  return `ended with exit code ${exitCode}${meaning === undefined ? "" : ` (${meaning})`}`;
}

function memoryText({ HostConfig, State }: ContainerInspectInfo): string {
  const limit = HostConfig.Memory;
  const room = limit === undefined || limit === 0 ? "" : ` of ${Math.round(limit / 2 ** 20)} MB`;
  return State.Running
    ? `ran out of its memory${room}: a process in it was killed`
    : `ran out of its memory${room} and was killed`;
}

const streakText = (failed: number): string =>
  failed === 1 ? "its health check failed" : `its health check failed ${failed} times in a row`;

const firstLine = (text: string): string => text.trim().split("\n", 1)[0] ?? "";
