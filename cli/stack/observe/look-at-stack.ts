import { setImmediate } from "node:timers/promises";

import { LABEL } from "../../../platform/blueprint/labels.ts";
import type { CommandContext } from "../context.ts";
import { findOrphans } from "./find-orphans.ts";
import { observeStack } from "./observe-stack.ts";
import type { Orphan } from "./orphans.ts";
import type { PlannedStack } from "./planned-stack.ts";
import { knownStack } from "./recall-plan.ts";
import { type MemberStatus, statusOf } from "./status.ts";

/** A stack as it stands now. */
export interface StackView {
  readonly plan: PlannedStack;
  /** What the stack was last told to have, in start order. */
  readonly members: readonly MemberStatus[];
  readonly orphans: readonly Orphan[];
}

/** Holds what the stack shall have and what its state says against the engine. */
export async function lookAtStack(context: CommandContext): Promise<StackView> {
  const { docker, stack } = context;
  const containers = docker.containers({ labels: [`${LABEL.stack}=${stack}`] });
  // Where the stack cannot be known, nobody waits for the answer.
  containers.catch(() => undefined);
  // On its way before the inputs are compared: the engine takes about as long for its answer as that does.
  await setImmediate();
  const { plan, members: recorded, ids } = await knownStack(context);
  const [observed, orphans] = await Promise.all([
    observeStack(docker, plan, containers),
    findOrphans(context, docker, { containers, known: new Set(ids) }),
  ]);
  const members = statusOf(plan, observed).filter(({ name }) => recorded?.includes(name) ?? true);
  return { plan, members, orphans };
}
