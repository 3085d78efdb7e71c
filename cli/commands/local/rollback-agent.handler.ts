import { agentName } from "../../../platform/agents/agent-name.ts";
import { agentSource, agentSourceText } from "../../../platform/agents/agent-source.ts";
import { withOnlyAgents } from "../../features/agents/agent-context.ts";
import { readDecisions } from "../../stack/config/read-decisions.ts";
import { deployAgent } from "../../features/agents/deploy.ts";
import { versionUnknown } from "../../features/agents/errors.ts";
import { requireAgent } from "../../features/agents/known-agents.ts";
import { observeAgents } from "../../features/agents/observe-agent.ts";
import { shortVersion } from "../../features/agents/short-version.ts";
import { earlierVersion, versionIn, versionsOf } from "../../features/agents/versions.ts";
import type { Handler } from "../define-command.ts";
import type { spec } from "./rollback-agent.ts";
import { plannedStack } from "../../stack/observe/planned-stack.ts";
import { blueprintOf } from "../../stack/blueprint/blueprint.ts";
import { servedHash } from "../../stack/observe/served-agents.ts";

/** Goes back to an earlier build of an agent, which is kept as an image: nothing is built. */
export const handler: Handler<typeof spec> = async (context, { options, args }) => {
  const agent = agentName(args.agent);
  const { docker } = context;
  const blueprint = await blueprintOf(withOnlyAgents(context, {}));
  const [decisions, observed, images] = await Promise.all([
    readDecisions(context),
    observeAgents(docker, plannedStack(blueprint)),
    docker.images(),
  ]);
  requireAgent(agent, decisions, observed);
  const present = observed.containers.find(
    (container) => container.agent === agent && container.hash === servedHash(observed.served, agent),
  );
  const current = present === undefined ? undefined : versionIn(present.image, agent);
  const versions = versionsOf(agent, images);
  const wanted = args.hash;
  const chosen = earlierVersion(versions, current, wanted);
  if (chosen === undefined) {
    const others = versions.map(({ version }) => version).filter((version) => version !== current);
    throw versionUnknown({ agent, wanted, others: others.map(shortVersion) });
  }
  const { folder } = agentSource(decisions.effective[agent] ?? decisions.kept[agent] ?? `agents/${agent}`);
  const source = agentSourceText({ folder, version: chosen.version });
  return deployAgent({ context, name: agent, source, waitLock: options.waitLock });
};
