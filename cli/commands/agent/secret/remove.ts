import { defineCommand, defineSpec } from "../../define-command.ts";
import { agent, variable } from "../../options.ts";

export const spec = defineSpec({
  arguments: { agent, variable },
  examples: ["nasiko agent secret remove translator OPENAI_API_KEY"],
});

export const removeSecret = defineCommand(spec, () => import("./remove.handler.ts"));
