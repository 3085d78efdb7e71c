import type { RunResult } from "../../engine/core/engine.ts";
import type { DockerClient } from "../../engine/providers/docker/client.ts";
import {
  type ContainerFailure,
  describeContainerFailure,
} from "../../engine/providers/docker/container-failure.ts";
import type { Blueprint } from "../../platform/blueprint/blueprint.ts";
import type { CommandResult } from "../command.ts";
import { describeProblem, type ProblemText } from "../errors.ts";
import { observeStack } from "../run/observe-stack.ts";
import { blockedBy } from "./blocked.ts";
import { failedRun, problemsOf } from "./failed-run.ts";
import { type MemberStatus, statusOf } from "./status.ts";

/** How much of a container's output a report shows. */
const LOG_LINES = 20;

export interface FailureRequest {
  readonly blueprint: Blueprint;
  readonly run: RunResult;
  readonly docker: DockerClient;
}

/** A container that is to blame, and what it keeps from starting. */
export interface Guilty extends ContainerFailure {
  readonly service: string;
  readonly blocks: readonly string[];
}

/** Says why an `up` failed: the containers to blame first, not the ones that they keep waiting. */
export async function reportFailure({ blueprint, run, docker }: FailureRequest): Promise<CommandResult> {
  const plain = failedRun(run);
  if (run.outcome === "canceled") return plain;
  const guilty = await findGuilty(blueprint, docker);
  const others = problemsOf(run).filter(
    (problem) => !guilty.some(({ container }) => mentions(problem, container)),
  );
  return {
    exitCode: plain.exitCode,
    text: [...guilty.map(describeGuilty), ...others.map(describeProblem)].join("\n\n"),
    json: { ...plain.json, failures: guilty },
  };
}

async function findGuilty(blueprint: Blueprint, docker: DockerClient): Promise<readonly Guilty[]> {
  const observed = await observeStack(docker, blueprint);
  const members = statusOf(blueprint, observed);
  const blame = members.filter((member) => isToBlame(member, members));
  return Promise.all(
    blame.map(async ({ name, kind, container }): Promise<readonly Guilty[]> => {
      const inspect = observed.containers.get(container);
      if (inspect === undefined) return [];
      const failure = describeContainerFailure(inspect, await docker.logs(inspect.Id, LOG_LINES));
      const blocks = kind === "agent" ? [] : blockedBy(blueprint, name);
      return [{ ...failure, service: kind === "agent" ? `agent ${name}` : name, blocks }];
    }),
  ).then((found) => found.flat());
}

/** A container that exists and is not what it shall be; an agent only if those it depends on are. */
function isToBlame(member: MemberStatus, members: readonly MemberStatus[]): boolean {
  if (member.ok) return false;
  if (member.state === "missing") return false;
  return member.kind !== "agent" || members.every(({ kind, ok }) => kind === "agent" || ok);
}

const mentions = ({ message, detail }: ProblemText, container: string): boolean =>
  `${message} ${detail ?? ""}`.includes(container);

function describeGuilty({ service, sentence, probe, logTail, blocks, container }: Guilty): string {
  return [
    `✗ ${service}: ${sentence}`,
    ...(probe === undefined ? [] : [`  probe: ${probe.command}`]),
    ...(logTail.length === 0
      ? ["  it wrote nothing"]
      : ["  last lines:", ...logTail.map((line) => `    | ${line}`)]),
    ...(blocks.length === 0 ? [] : [`  waiting for it: ${blocks.join(", ")}`]),
    `  → docker logs ${container}`,
  ].join("\n");
}
