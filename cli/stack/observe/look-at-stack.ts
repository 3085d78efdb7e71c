import type { Blueprint } from "../../../platform/blueprint/blueprint.ts";
import type { CommandContext } from "../context.ts";
import { type MemberStatus, statusOf } from "./status.ts";
import type { Stray } from "./orphans.ts";
import { blueprintOf } from "../blueprint/blueprint.ts";
import { findStrays } from "./find-orphans.ts";
import { observeStack } from "./observe-stack.ts";
import { recordedMembers } from "../state/recorded-members.ts";

/** A stack as it stands now. */
export interface StackView {
  readonly blueprint: Blueprint;
  /** What the stack was last told to have, in start order. */
  readonly members: readonly MemberStatus[];
  readonly strays: readonly Stray[];
}

/** Holds the blueprint and the state against the engine. */
export async function lookAtStack(context: CommandContext): Promise<StackView> {
  const { docker } = context;
  const blueprint = await blueprintOf(context);
  const [observed, recorded, strays] = await Promise.all([
    observeStack(docker, blueprint),
    recordedMembers(context),
    findStrays(context, docker),
  ]);
  const members = statusOf(blueprint, observed).filter(({ name }) => recorded?.has(name) ?? true);
  return { blueprint, members, strays };
}
