import { resolve } from "node:path";

import { agentNameProblems } from "../../../platform/blueprint/agents.ts";
import { tryAgent } from "../../../platform/blueprint/plan-agents.ts";
import { throwProblems } from "../../../platform/errors/define-error.ts";
import { agentName } from "../../../platform/agents/agent-name.ts";
import { agentsRequest } from "../../features/agents/agents-request.ts";
import { nameOfFolder } from "../../features/agents/name-of-folder.ts";
import type { Handler } from "../define-command.ts";
import type { spec } from "./validate.ts";

/** Everything that would keep the folder from being deployed, at once; nothing is built, the engine is not asked. */
export const handler: Handler<typeof spec> = async (context, { options, args }) => {
  const folder = resolve(context.cwd, args.path);
  const request = await agentsRequest(context);
  const given = options.name ?? nameOfFolder(request, folder);
  const name = agentName(given);
  const services = request.services.map((service) => service.name);
  const { agent, problems, notes } = tryAgent(given, folder, request);
  throwProblems([...agentNameProblems([name], services, [given]), ...problems]);
  if (agent === undefined) throw new Error("an agent without problems was not planned");
  const { container, image } = agent;
  const variables = Object.keys(container.env);
  const port = Number(container.labels["nasiko.port"]);
  return {
    exitCode: 0,
    text: [
      `${agent.folder} is a valid agent: ${name}, port ${port}, ${container.memoryMegabytes} MB, image ${image.reference}`,
      `  gets ${variables.toSorted().join(", ")}`,
      ...notes.map((note) => `  note: ${note}`),
    ].join("\n"),
    json: { ok: true, name, folder: agent.folder, port, image: image.reference, variables, notes },
  };
};
