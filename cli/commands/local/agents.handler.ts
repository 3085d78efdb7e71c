import { urlOfAgent } from "../../../platform/blueprint/blueprint.ts";
import { withOnlyAgents } from "../../features/agents/agent-context.ts";
import { fetchCard } from "../../features/agents/card.ts";
import { readDecisions } from "../../stack/config/read-decisions.ts";
import { observeAgents } from "../../features/agents/observe-agent.ts";
import { shortVersion } from "../../features/agents/short-version.ts";
import type { Handler } from "../define-command.ts";
import type { spec } from "./agents.ts";
import { table } from "../../render/table.ts";
import { age, agentRows, skillsOf } from "../../features/agents/agent-rows.ts";
import { plannedStack } from "../../stack/observe/planned-stack.ts";
import { blueprintOf } from "../../stack/blueprint/blueprint.ts";

/** Looks at what runs and is served; folders are not read, so it answers whatever became of them. */
export const handler: Handler<typeof spec> = async (context) => {
  const { docker } = context;
  const blueprint = await blueprintOf(withOnlyAgents(context, {}));
  const [decisions, observed] = await Promise.all([
    readDecisions(context),
    observeAgents(docker, plannedStack(blueprint)),
  ]);
  const rows = agentRows({
    decisions,
    observed,
    urlOf: (agent) => urlOfAgent(blueprint, agent),
    now: Math.floor(Date.now() / 1000),
  });
  const agents = await Promise.all(
    rows.map(async (row) => ({
      ...row,
      skills: row.state === "served" ? skillsOf(await fetchCard(row.url)) : [],
    })),
  );
  if (!observed.served.known && agents.length > 0)
    context.output.note(`! Which agents are served is not known: ${observed.served.problem}.`);
  const header = ["AGENT", "STATE", "VERSION", "AGE", "URL", "SKILLS", "NOTE"];
  const lines = agents.map((row) => [
    row.name,
    row.state,
    row.version === undefined ? "" : shortVersion(row.version),
    row.age === undefined ? "" : age(row.age),
    row.url,
    row.skills.join(", "),
    row.notes.join("; "),
  ]);
  return {
    exitCode: 0,
    text: agents.length === 0 ? "The stack has no agents." : table([header, ...lines]),
    json: { ok: true, stack: context.stack, agents },
  };
};
