import { existsSync } from "node:fs";

import type { DockerClient } from "../../../engine/providers/docker/client.ts";
import { checkpointFile, homeOfCheckpoint } from "../state/checkpoint-file.ts";
import type { CommandContext } from "../context.ts";
import { stackSnapshot } from "../state/deployment.ts";
import { stackOfOtherHome } from "./errors.ts";
import { labelledObjects } from "./find-orphans.ts";
import { countObjects, type LabelledObject, type Orphan, orphansOf, unrecorded } from "./orphans.ts";

/**
 * Looks for objects of the stack that its state does not know, before anything is tried.
 * @throws NSK-STACK-OF-OTHER-HOME when the state knows none of what is there: then it is not this stack's
 */
export async function refuseStackOfOtherHome(context: CommandContext): Promise<readonly Orphan[]> {
  const { docker, stack, home } = context;
  // First the engine, then the state: what a run makes in between is recorded by the time we read.
  const objects = await labelledObjects(docker, stack);
  if (objects.length === 0) return [];
  const snapshot = await stackSnapshot(context);
  const unknown = unrecorded(objects, snapshot);
  // What the worker started stands in no state.
  const known = objects.filter(({ managedBy }) => managedBy !== "worker").length > unknown.length;
  if (known || !unknown.some(isMade)) return orphansOf(objects, snapshot);
  throw stackOfOtherHome({
    stack,
    home: home.folder,
    found: countObjects(objects),
    maker: await makerOf(docker, stack, unknown),
  });
}

/** Whether a run made it: what somebody labelled by hand says no more than which stack it is for. */
const isMade = ({ part }: LabelledObject): boolean => part !== undefined;

/** The home whose state records the stack's containers, as far as they tell. */
async function makerOf(
  docker: DockerClient,
  stack: string,
  objects: readonly LabelledObject[],
): Promise<Maker | undefined> {
  for (const { kind, id } of objects) {
    if (kind !== "container") continue;
    const container = await docker.container(id);
    const home = homeOfCheckpoint(container?.HostConfig.ContainerIDFile ?? "", stack);
    if (home !== undefined) return { home, isThere: existsSync(checkpointFile({ home, stack })) };
  }
  return undefined;
}

/** A home, and whether it has the stack's state, as can be seen from here. */
export interface Maker {
  readonly home: string;
  readonly isThere: boolean;
}
