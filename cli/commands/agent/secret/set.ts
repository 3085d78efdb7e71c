import { defineCommand, defineSpec } from "../../define-command.ts";
import { agent, variable } from "../../options.ts";

export const spec = defineSpec({
  arguments: { agent, variable },
  examples: [
    "nasiko agent secret set translator OPENAI_API_KEY",
    "nasiko agent secret set translator OPENAI_API_KEY < key.txt",
  ],
});

export const setSecret = defineCommand(spec, () => import("./set.handler.ts"));
