import type { RunResult } from "../../../engine/core/engine.ts";
import { type ContainerFailure, probeReport } from "../../../engine/providers/docker/container-failure.ts";
import { DEFAULT_PORT } from "../../../engine/formats/a2a/ports.ts";
import type { Blueprint } from "../../../platform/blueprint/blueprint.ts";
import { LABEL } from "../../../platform/blueprint/labels.ts";
import type { ProblemText } from "../../lib/describe-problems.ts";
import { type MemberStatus, type Observed, statusOf } from "../observe/status.ts";
import { blockedBy } from "./blocked.ts";
import { type FailureReason, failureReason, lastExitCode } from "./failure-reason.ts";
import { likelyCause } from "./likely-causes.ts";
import type { Listener } from "./listening.ts";
import { membersOf } from "./members-of.ts";
import { problemsOf, type ReportedProblem } from "./reported-problem.ts";

/** What is known after a run that failed. */
export interface Evidence {
  readonly blueprint: Blueprint;
  readonly run: RunResult;
  readonly observed: Observed;
  /** Last lines of each container, by its name. */
  readonly logs: ReadonlyMap<string, readonly string[]>;
  /** Where the programs of agents listen, by container. @default nobody has looked */
  readonly listeners?: ReadonlyMap<string, readonly Listener[]>;
}

/** A member that made the run fail, and what it keeps from starting. */
export interface RootCause {
  /** e.g. "kong" or "agent translator" */
  readonly service: string;
  readonly container: string;
  readonly reason: FailureReason;
  readonly exitCode?: number;
  readonly probe?: ContainerFailure["probe"];
  /** What the engine or the builder reported, where the container itself has no output that explains it. */
  readonly reported?: string;
  readonly logTail: readonly string[];
  readonly blocks: readonly string[];
  /** The cause, where the symptoms are those of a known one. */
  readonly likely?: string;
  /** What mostly helps; without a known cause, where to look. */
  readonly suggestion: string;
}

export interface Diagnosis {
  /** In start order: what others wait for comes first. */
  readonly rootCauses: readonly RootCause[];
  /** What the run reported about no member. */
  readonly others: readonly ProblemText[];
}

/** A member, and what the run reported about it. */
interface Candidate {
  readonly member: MemberStatus;
  readonly problems: readonly ReportedProblem[];
}

/** Finds the members that made a run fail, and leaves out those that only had to wait for them. */
export function diagnose(evidence: Evidence): Diagnosis {
  const { blueprint, observed } = evidence;
  const problems = problemsOf(evidence.run);
  const affected = new Map(problems.map((problem) => [problem, membersOf(blueprint, problem)]));
  const candidates = statusOf(blueprint, observed).map((member) => ({
    member,
    problems: problems.filter((problem) => affected.get(problem)?.has(member.container) === true),
  }));
  const failed = candidates.filter(hasFailed);
  // An agent needs the gateway: as long as a service has failed, its own failure may be a consequence.
  const services = failed.filter(({ member }) => member.kind !== "agent");
  return {
    rootCauses: (services.length > 0 ? services : failed).map((candidate) =>
      rootCauseOf(candidate, evidence),
    ),
    others: problems.filter((problem) => affected.get(problem)?.size === 0),
  };
}

/** It exists and is not as planned, or the run reported a problem of it. What does not exist only waits. */
const hasFailed = ({ member: { ok, state }, problems }: Candidate): boolean =>
  problems.length > 0 || (!ok && state !== "missing");

function rootCauseOf({ member, problems }: Candidate, evidence: Evidence): RootCause {
  const { blueprint, observed, logs } = evidence;
  const inspect = observed.containers.get(member.container);
  const reports = problems.map(({ report, detail }) =>
    [report, ...(detail === undefined ? [] : [detail])].join("\n"),
  );
  const reason = failureReason({
    container: inspect,
    reports,
    codes: problems.map(({ code }) => code),
  });
  const logTail = logs.get(member.container) ?? [];
  const probe = inspect === undefined ? undefined : probeReport(inspect);
  const likely = likelyCause({
    member,
    stack: blueprint.settings.stack,
    reason,
    port: portOf(blueprint, member.name),
    listeners: evidence.listeners?.get(member.container) ?? [],
    exitCode: inspect?.State.Running === true ? undefined : inspect?.State.ExitCode,
    probeTimedOut: probe !== undefined && probe.exitCode === undefined,
    text: [...logTail, probe?.output ?? "", ...reports, inspect?.State.Error ?? ""].join("\n"),
  });
  const ended = reason.kind === "exit" || reason.kind === "memory";
  const exitCode = ended && inspect !== undefined ? lastExitCode(inspect, reports) : undefined;
  // Where the exit code is lost, only the reports explain the end.
  const unexplained = reason.kind === "not-served" || (reason.kind === "exit" && exitCode === undefined);
  const neverRan = reason.kind === "image" || reason.kind === "refused" || reason.kind === "port";
  const suggestion = problems.find((problem) => problem.suggestion !== undefined)?.suggestion;
  const messages = problems.map(({ message, detail }) =>
    [message, ...(detail === undefined ? [] : [detail])].join("\n"),
  );
  return {
    service: member.kind === "agent" ? `agent ${member.name}` : member.name,
    container: member.container,
    reason,
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(probe === undefined || ended || neverRan ? {} : { probe }),
    ...((neverRan || unexplained) && messages.length > 0 ? { reported: messages.join("\n") } : {}),
    logTail,
    blocks: member.kind === "agent" ? [] : blockedBy(blueprint, member.name),
    ...(likely === undefined ? {} : { likely: likely.cause }),
    suggestion: likely?.fix ?? suggestion ?? `docker logs ${member.container}`,
  };
}

/** Port on which an agent is asked first. */
function portOf({ agents }: Blueprint, agent: string): number {
  const found = agents.find(({ name }) => name === agent);
  return Number(found?.container.labels[LABEL.port] ?? DEFAULT_PORT);
}
