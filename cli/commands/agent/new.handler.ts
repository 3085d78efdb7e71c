import { relative, resolve } from "node:path";

import { agentName } from "../../../platform/agents/agent-name.ts";
import { catalogue } from "../../../platform/services/catalogue.ts";
import { makeAgent } from "../../features/agents/new-agent.ts";
import type { Handler } from "../define-command.ts";
import type { spec } from "./new.ts";

export const handler: Handler<typeof spec> = async (context, { options, args }) => {
  const { root, program, cwd } = context;
  const { settings } = await context.settings();
  const name = agentName(args.agent);
  const { language } = options;
  const folder = args.path === undefined ? resolve(program, "agents", name) : resolve(cwd, args.path);
  const services = catalogue(settings).map((service) => service.name);
  const files = makeAgent({ root, name, language, folder, services });
  const shown = relative(cwd, folder) || ".";
  return {
    exitCode: 0,
    text: [
      `Agent ${name} is in ${shown}:`,
      ...files.map((file) => `  ${file}`),
      `Run it: ./nasiko local deploy-agent ${name} ${shown}`,
    ].join("\n"),
    json: { ok: true, name, folder, files },
  };
};
