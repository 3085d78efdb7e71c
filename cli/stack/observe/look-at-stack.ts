import { setImmediate } from "node:timers/promises";

import { LABEL } from "../../../platform/blueprint/labels.ts";
import { PROMETHEUS_SERVICE } from "../../../platform/services/names.ts";
import type { CommandContext } from "../context.ts";
import { findOrphans } from "./find-orphans.ts";
import { observeStack } from "./observe-stack.ts";
import type { Orphan } from "./orphans.ts";
import type { PlannedStack } from "./planned-stack.ts";
import { knownStack } from "./recall-plan.ts";
import { FIGURES_PATIENCE } from "./ask-prometheus.ts";
import { askRequestFigures } from "./request-figures.ts";
import { type MemberStatus, statusOf } from "./status.ts";

/** A stack as it stands now. */
export interface StackView {
  readonly plan: PlannedStack;
  /** What the stack was last told to have, in start order. */
  readonly members: readonly MemberStatus[];
  readonly orphans: readonly Orphan[];
}

/**
 * Holds what the stack shall have and what its state says against the engine.
 * @param withFigures asks also what requests to agents are like
 */
export async function lookAtStack(context: CommandContext, withFigures = false): Promise<StackView> {
  const { docker, stack } = context;
  const containers = docker.containers({ labels: [`${LABEL.stack}=${stack}`] });
  // Where the stack cannot be known, nobody waits for the answer.
  containers.catch(() => undefined);
  // On its way before the inputs are compared: the engine takes about as long for its answer as that does.
  await setImmediate();
  const { plan, members: recorded, ids } = await knownStack(context);
  const isMember = (name: string): boolean => recorded?.includes(name) ?? true;
  const isAsked = withFigures && plan.agents.length > 0 && isMember(PROMETHEUS_SERVICE);
  const [observed, figures, orphans] = await Promise.all([
    observeStack(docker, plan, containers),
    isAsked && plan.figures !== undefined ? askRequestFigures(plan.figures, FIGURES_PATIENCE) : undefined,
    findOrphans(context, docker, { containers, known: new Set(ids) }),
  ]);
  const seen = { ...observed, ...(figures === undefined ? {} : { figures }) };
  const members = statusOf(plan, seen).filter(({ name }) => isMember(name));
  return { plan, members, orphans };
}
