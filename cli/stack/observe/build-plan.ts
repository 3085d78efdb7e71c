import type { Blueprint } from "../../../platform/blueprint/blueprint.ts";
import { blueprintOf } from "../blueprint/blueprint.ts";
import { readDecisions } from "../config/read-decisions.ts";
import type { CommandContext } from "../context.ts";
import { stackSnapshot } from "../state/deployment.ts";
import { recordedMembers } from "../state/recorded-members.ts";
import { type KnownStack, plannedStack } from "./planned-stack.ts";

/** What was found out about a stack, and what it was found out from. */
export interface BuiltPlan {
  readonly known: KnownStack;
  readonly blueprint: Blueprint;
  /** Names of variables that agents ask for. */
  readonly variables: readonly string[];
}

/** Builds the blueprint, and reads the state. */
export async function buildKnownStack(context: CommandContext): Promise<BuiltPlan> {
  const variables = new Set<string>();
  const blueprint = await blueprintOf(context, {}, (name) => void variables.add(name));
  const snapshot = await stackSnapshot(context);
  const known = {
    decisions: await readDecisions(context),
    plan: plannedStack(blueprint),
    members: snapshot === undefined ? undefined : recordedMembers(snapshot),
    ids: snapshot?.resources.flatMap(({ id }) => id ?? []) ?? [],
  };
  return { known, blueprint, variables: [...variables] };
}
