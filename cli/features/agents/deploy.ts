import { setImmediate } from "node:timers/promises";

import type { DockerClient } from "../../../engine/providers/docker/client.ts";
import type { CommandResult } from "../../lib/command-result.ts";
import { type AgentDecisions, isKept, lastSource, variablesFor } from "../../stack/config/agent-decisions.ts";
import type { CommandContext } from "../../stack/context.ts";
import type { AgentInBrief, PlannedStack } from "../../stack/observe/planned-stack.ts";
import { recallStack } from "../../stack/observe/recall-plan.ts";
import { describeUnchanged } from "./describe-deployment.ts";
import { isCurrent, observeAgents } from "./observe-agent.ts";

export interface DeployRequest {
  readonly context: CommandContext;
  readonly name: string;
  /** Where it comes from, as `nasiko:agents` has it. @default where it was deployed from last, else agents/<name> */
  readonly source?: string;
  /** Variables that it may have from outside its folder. @default those that it had from the same folder */
  readonly variables?: readonly string[];
  /** Wait while another run has the stack, instead of refusing. */
  readonly waitLock: boolean;
}

/**
 * Adds or updates one agent through the same program, and touches nothing else; the decision is kept once the agent
 * is served. When it is served already, the program does not run.
 * @throws what is wrong with the agent before anything changes
 */
export async function deployAgent({
  context,
  name,
  variables,
  waitLock,
  ...request
}: DeployRequest): Promise<CommandResult> {
  const startedAt = performance.now();
  // Asked which version it speaks while the inputs are compared; whether it answers at all counts further down.
  context.docker.ping().catch(() => undefined);
  await setImmediate();
  const known = recallStack(context);
  const decisions = known?.decisions ?? (await decisionsOf(context));
  const source = request.source ?? lastSource(name, decisions);
  const named = variablesFor(decisions, name, source, variables);
  if (known !== undefined && isKept(decisions, name, source, named)) {
    const agent = known.plan.agents.find((each) => each.name === name);
    if (agent !== undefined && (await isServed(context.docker, known.plan, agent)))
      return describeUnchanged(agent, performance.now() - startedAt);
  }
  const { rollOut } = await import("./roll-out.ts");
  return rollOut({ context, name, source, variables: named, waitLock, startedAt });
}

/** Loaded here: what is recalled needs neither YAML nor zod. */
async function decisionsOf(context: CommandContext): Promise<AgentDecisions> {
  const { readDecisions } = await import("../../stack/config/read-decisions.ts");
  return readDecisions(context);
}

/** Whether this very version is there, runs alone and is served. */
async function isServed(docker: DockerClient, plan: PlannedStack, agent: AgentInBrief): Promise<boolean> {
  const [observed, image] = await Promise.all([
    observeAgents(docker, plan),
    docker.image(agent.image.reference),
  ]);
  return image !== undefined && isCurrent(agent, observed);
}
