import type { RunResult } from "../../../engine/core/engine.ts";
import { agentName } from "../../../platform/agents/agent-name.ts";
import { agentUrn, withOnlyAgents } from "../../features/agents/agent-context.ts";
import { readDecisions } from "../../stack/config/read-decisions.ts";
import { keepDecision } from "../../features/agents/decisions.ts";
import { requireAgent } from "../../features/agents/known-agents.ts";
import { observeAgents } from "../../features/agents/observe-agent.ts";
import type { Handler } from "../define-command.ts";
import type { spec } from "./remove-agent.ts";
import { seconds } from "../../render/amounts.ts";
import { countSteps } from "../../render/steps/count-steps.ts";
import { failedRun } from "../../stack/diagnosis/failed-run.ts";
import { narrate } from "../../render/steps/narrate.ts";
import { plannedStack } from "../../stack/observe/planned-stack.ts";
import { blueprintOf } from "../../stack/blueprint/blueprint.ts";
import { refuseStackOfOtherHome } from "../../stack/observe/stack-of-other-home.ts";
import { engineOptions } from "../../stack/state/deployment.ts";
import { waitForLock } from "../../stack/state/wait-for-lock.ts";

/** Removes one agent through the same program; its images stay until `images prune`. */
export const handler: Handler<typeof spec> = async (context, { options, args }) => {
  const startedAt = performance.now();
  const agent = agentName(args.agent);
  const { docker } = context;
  const narrowed = withOnlyAgents(context, {});
  const [decisions, blueprint] = await Promise.all([readDecisions(context), blueprintOf(narrowed)]);
  const observed = await observeAgents(docker, plannedStack(blueprint));
  requireAgent(agent, decisions, observed);
  await refuseStackOfOtherHome(context);
  const ours = async (): Promise<RunResult> => {
    const options = await engineOptions({
      context: narrowed,
      blueprint,
      onEvent: narrate(context.output),
    });
    return context.engine.up({ ...options, targets: [agentUrn(context.stack, agent)] });
  };
  let waited = 0;
  const run = await waitForLock(context, options.waitLock, ours, (theirs) => {
    waited += theirs;
  });
  if (run.outcome !== "succeeded") return failedRun(run);
  const kept = await keepDecision(context, agent, undefined);
  const milliseconds = Math.round(performance.now() - startedAt - waited);
  return {
    exitCode: 0,
    text: [
      `Agent ${agent} is gone after ${seconds(milliseconds)}.`,
      ...(kept.written === undefined ? [] : [`Kept in ${kept.written}.`]),
      ...(kept.warning === undefined ? [] : [`! ${kept.warning}`]),
    ].join("\n"),
    json: { ok: true, agent, milliseconds, steps: countSteps(run.steps).counts, ...kept },
  };
};
