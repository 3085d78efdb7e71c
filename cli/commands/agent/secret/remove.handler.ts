import { agentName } from "../../../../platform/agents/agent-name.ts";
import { readConfigText, writeConfigText } from "../../../features/agents/config-file.ts";
import { secretNames, withoutSecret } from "../../../features/agents/edit-secrets.ts";
import { secretUnknown } from "../../../features/agents/folder-errors.ts";
import type { Handler } from "../../define-command.ts";
import type { spec } from "./remove.ts";

export const handler: Handler<typeof spec> = (context, { args }) => {
  const agent = agentName(args.agent);
  const { variable } = args;
  const before = readConfigText(context);
  if (secretNames(before)[agent]?.includes(variable) !== true) throw secretUnknown({ agent, variable });
  writeConfigText(context, withoutSecret(before, agent, variable));
  return Promise.resolve({
    exitCode: 0,
    text: `Agent ${agent} has no secret ${variable} any more; a running one keeps it until: ./nasiko local up`,
    json: { ok: true, stack: context.stack, agent, variable },
  });
};
