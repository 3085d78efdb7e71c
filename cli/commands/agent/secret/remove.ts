import { defineCommand, defineSpec } from "../../define-command.ts";
import { agent, variable } from "../../options.ts";

export const spec = defineSpec({
  name: "agent secret remove",
  group: "agents",
  summary: "Remove a secret of an agent",
  arguments: { agent, variable },
  examples: ["nasiko agent secret remove translator OPENAI_API_KEY"],
});

export const removeSecret = defineCommand(spec, () => import("./remove.handler.ts"));
