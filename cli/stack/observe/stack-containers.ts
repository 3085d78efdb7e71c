import type { DockerClient } from "../../../engine/providers/docker/client.ts";
import { LABEL } from "../../../platform/blueprint/labels.ts";
import { nearest } from "../../../platform/settings/nearest.ts";
import { throwProblems } from "../../../platform/errors/define-error.ts";
import { serviceUnknown } from "../../../platform/blueprint/errors.ts";
import { nothingRuns } from "./errors.ts";

/** A container of a stack, found by its labels: what an agent's version is called changes with every version. */
export interface StackContainer {
  /** As people call it: the service, or the agent. */
  readonly member: string;
  readonly kind: "service" | "job" | "agent";
  readonly id: string;
  readonly container: string;
  readonly running: boolean;
}

/** Every container of a stack, running or not, by member. */
export async function stackContainers(
  docker: DockerClient,
  stack: string,
): Promise<readonly StackContainer[]> {
  const found = await docker.containers({ labels: [`${LABEL.stack}=${stack}`] });
  return found
    .flatMap(({ Id, Names, Labels, State }): readonly StackContainer[] => {
      const agent = Labels[LABEL.agent];
      const member = agent ?? Labels[LABEL.service];
      const kind = agent === undefined ? (Labels[LABEL.kind] === "job" ? "job" : "service") : "agent";
      const container = Names[0]?.replace(/^\//, "") ?? Id;
      return member === undefined ? [] : [{ member, kind, id: Id, container, running: State === "running" }];
    })
    .toSorted((a, b) => a.member.localeCompare(b.member));
}

/**
 * Those that somebody named; all, when nobody named any.
 * @throws NSK-NOTHING-RUNS for a stack without containers, NSK-SERVICE-UNKNOWN for each name that is none
 */
export async function chosenContainers(
  docker: DockerClient,
  stack: string,
  names: readonly string[],
): Promise<readonly StackContainer[]> {
  const containers = await stackContainers(docker, stack);
  if (containers.length === 0) throw nothingRuns({ stack });
  const members = [...new Set(containers.map(({ member }) => member))];
  throwProblems(
    names
      .filter((name) => !members.includes(name))
      .map((name) => serviceUnknown({ name, nearest: nearest(name, members) })),
  );
  return names.length === 0 ? containers : containers.filter(({ member }) => names.includes(member));
}
