import { required } from "../../lib/command-line/argument.ts";
import { text } from "../../lib/command-line/option.ts";
import { defineCommand, defineSpec } from "../define-command.ts";

export const spec = defineSpec({
  arguments: { path: required("path", "folder of the agent") },
  options: { name: text("<name>", "the agent's name (default: from stack, compose file or folder)") },
  examples: ["nasiko agent validate agents/translator"],
});

export const validateAgent = defineCommand(spec, () => import("./validate.handler.ts"));
