import { readConfigText } from "../../../features/agents/config-file.ts";
import { secretNames } from "../../../features/agents/edit-secrets.ts";
import type { Handler } from "../../define-command.ts";
import type { spec } from "./list.ts";
import { table } from "../../../render/table.ts";

/** Names only: what they hold is for the agents. */
export const handler: Handler<typeof spec> = (context) => {
  const secrets = secretNames(readConfigText(context));
  const rows = Object.entries(secrets).flatMap(([agent, names]) => names.map((name) => [agent, name]));
  return Promise.resolve({
    exitCode: 0,
    text: rows.length === 0 ? "No agent has a secret." : table([["AGENT", "VARIABLE"], ...rows]),
    json: { ok: true, stack: context.stack, secrets },
  });
};
