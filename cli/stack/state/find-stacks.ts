import { readdirSync } from "node:fs";
import { join } from "node:path";

import type { DockerClient } from "../../../engine/providers/docker/client.ts";
import { LABEL } from "../../../platform/blueprint/labels.ts";
import type { Home } from "../home/home.ts";
import { PROJECT } from "./checkpoint-file.ts";

/** Names of the stacks whose states are kept here. */
export function recordedStacks({ folder }: Home): readonly string[] {
  return filesIn(join(folder, ".pulumi/stacks", PROJECT))
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length));
}

export interface StackObjects {
  readonly containers: number;
  readonly running: number;
  readonly volumes: number;
}

/** What the engine has of each stack, by its name. */
export async function stacksOnEngine(docker: DockerClient): Promise<ReadonlyMap<string, StackObjects>> {
  const filter = { labels: [LABEL.stack] };
  const [containers, volumes] = await Promise.all([docker.containers(filter), docker.volumes(filter)]);
  const stacks = new Map<string, StackObjects>();
  const add = (stack: string | undefined, more: Partial<StackObjects>): void => {
    if (stack === undefined) return;
    const before = stacks.get(stack) ?? { containers: 0, running: 0, volumes: 0 };
    stacks.set(stack, {
      containers: before.containers + (more.containers ?? 0),
      running: before.running + (more.running ?? 0),
      volumes: before.volumes + (more.volumes ?? 0),
    });
  };
  for (const { Labels, State } of containers)
    add(Labels[LABEL.stack], { containers: 1, running: State === "running" ? 1 : 0 });
  for (const { Labels } of volumes) add(Labels[LABEL.stack], { volumes: 1 });
  return stacks;
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Nobody has made a stack here yet.
    return [];
  }
}
