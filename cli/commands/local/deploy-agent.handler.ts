import { relative, resolve, sep } from "node:path";

import { agentName } from "../../../platform/agents/agent-name.ts";
import { deployAgent } from "../../features/agents/deploy.ts";
import { requireVariableName } from "../../features/agents/folder-errors.ts";
import type { Handler } from "../define-command.ts";
import type { spec } from "./deploy-agent.ts";

export const handler: Handler<typeof spec> = async (context, { options, args }) => {
  const agent = agentName(args.agent);
  const source =
    args.path === undefined ? {} : { source: folderBelow(context.program, resolve(context.cwd, args.path)) };
  const { env, waitLock } = options;
  for (const name of env) requireVariableName(name);
  return deployAgent({ context, name: agent, ...source, variables: env, waitLock });
};

/** As the stack's config has it: the same on every machine. */
const folderBelow = (program: string, folder: string): string => {
  const path = relative(program, folder).split(sep).join("/");
  return path === "" ? "." : path;
};
