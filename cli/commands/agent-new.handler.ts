import { relative, resolve } from "node:path";

import { agentName } from "../../platform/agents/agent-name.ts";
import { catalogue } from "../../platform/services/catalogue.ts";
import { makeAgent } from "../features/agents/new-agent.ts";
import type { Handler } from "./command.ts";

export const handler: Handler = async (context, options) => {
  const { root, program, cwd } = context;
  const { settings } = await context.settings();
  const name = agentName(String(options["name"]));
  const { path, language = "typescript" } = options;
  const folder = typeof path === "string" ? resolve(cwd, path) : resolve(program, "agents", name);
  const services = catalogue(settings).map((service) => service.name);
  const files = makeAgent({ root, name, language: String(language), folder, services });
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
