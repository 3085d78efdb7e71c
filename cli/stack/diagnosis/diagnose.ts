import type { RunResult } from "../../../engine/core/engine.ts";
import { type ContainerFailure, probeReport } from "../../../engine/providers/docker/container-failure.ts";
import type { Blueprint } from "../../../platform/blueprint/blueprint.ts";
import type { ProblemText } from "../../lib/describe-problems.ts";
import { blockedBy } from "./blocked.ts";
import { problemsOf } from "./failed-run.ts";
import { type FailureReason, failureReason, lastExitCode } from "./failure-reason.ts";
import { likelyCause } from "./likely-causes.ts";
import { type MemberStatus, type Observed, statusOf } from "../observe/status.ts";

/** What is known after a run that failed. */
export interface Evidence {
  readonly blueprint: Blueprint;
  readonly run: RunResult;
  readonly observed: Observed;
  /** Last lines of each container, by its name. */
  readonly logs: ReadonlyMap<string, readonly string[]>;
}

/** A member that is to blame, and what it keeps from starting. */
export interface Guilty {
  /** e.g. "kong" or "agent translator" */
  readonly service: string;
  readonly container: string;
  readonly reason: FailureReason;
  readonly exitCode?: number;
  readonly probe?: ContainerFailure["probe"];
  /** What the engine or the builder said, where no container could speak. */
  readonly said?: string;
  readonly logTail: readonly string[];
  readonly blocks: readonly string[];
  /** The cause, where the clues point to a known one. */
  readonly likely?: string;
  /** What mostly helps; without a known cause, where to look. */
  readonly suggestion: string;
}

export interface Verdict {
  /** In start order: what others wait for comes first. */
  readonly guilty: readonly Guilty[];
  /** What the run reported and no member is to blame for. */
  readonly others: readonly ProblemText[];
}

/** Finds who is to blame for a run that failed, not who had to wait for them. */
export function judge(evidence: Evidence): Verdict {
  const problems = problemsOf(evidence.run);
  const members = statusOf(evidence.blueprint, evidence.observed);
  const suspects = members.map((member) => ({
    member,
    said: problems.filter((problem) => isAbout(problem, member)),
  }));
  const servicesFine = suspects.every(
    ({ member, said }) => member.kind === "agent" || !isToBlame(member, said),
  );
  const blamed = suspects.filter(
    ({ member, said }) => isToBlame(member, said) && (member.kind !== "agent" || servicesFine),
  );
  const told = new Set(suspects.flatMap(({ said }) => said));
  return {
    guilty: blamed.map(({ member, said }) => convict(member, said, evidence)),
    others: problems.filter((problem) => !told.has(problem)),
  };
}

/** Not what it shall be though it exists, or accused by the run itself. What does not exist only waits. */
function isToBlame({ ok, state }: MemberStatus, said: readonly ProblemText[]): boolean {
  return said.length > 0 || (!ok && state !== "missing");
}

/** Steps name the resource, problems the container, the image, or the member. */
function isAbout({ message, detail }: ProblemText, { name, container, image }: MemberStatus): boolean {
  const text = `${message}\n${detail ?? ""}`;
  const words = [
    container,
    image,
    `container ${name}`,
    `image ${name}`,
    `job ${name}`,
    `agent agent-${name}`,
  ];
  return words.some((each) => new RegExp(`(?<![\\w-])${literally(each)}(?![\\w-])`).test(text));
}

/** As a pattern that matches exactly this text. */
const literally = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

function convict(member: MemberStatus, said: readonly ProblemText[], evidence: Evidence): Guilty {
  const { blueprint, observed, logs } = evidence;
  const inspect = observed.containers.get(member.container);
  const words = said.map(({ message, detail }) =>
    [message, ...(detail === undefined ? [] : [detail])].join("\n"),
  );
  const reason = failureReason({
    container: inspect,
    said: words.map((text) => text.replace(/^(?:container|image) \S+: /, "")),
    codes: said.map(({ code }) => code),
  });
  const logTail = logs.get(member.container) ?? [];
  const probe = inspect === undefined ? undefined : probeReport(inspect);
  const likely = likelyCause({
    service: member.name,
    container: member.container,
    stack: blueprint.settings.stack,
    reason,
    text: [...logTail, probe?.output ?? "", ...words, inspect?.State.Error ?? ""].join("\n"),
  });
  const ended = reason.kind === "exit" || reason.kind === "memory";
  const exitCode = ended && inspect !== undefined ? lastExitCode(inspect, words) : undefined;
  // An end that left no code behind is told in the words of whoever saw it.
  const unexplained = reason.kind === "not-served" || (reason.kind === "exit" && exitCode === undefined);
  const never = reason.kind === "image" || reason.kind === "refused" || reason.kind === "port";
  const suggestion = said.find((problem) => problem.suggestion !== undefined)?.suggestion;
  return {
    service: member.kind === "agent" ? `agent ${member.name}` : member.name,
    container: member.container,
    reason,
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(probe === undefined || ended || never ? {} : { probe }),
    ...((never || unexplained) && words.length > 0 ? { said: words.join("\n") } : {}),
    logTail,
    blocks: member.kind === "agent" ? [] : blockedBy(blueprint, member.name),
    ...(likely === undefined ? {} : { likely: likely.cause }),
    suggestion: likely?.fix ?? suggestion ?? `docker logs ${member.container}`,
  };
}
