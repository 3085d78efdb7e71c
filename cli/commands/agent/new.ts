import { optional, required } from "../../lib/command-line/argument.ts";
import { text } from "../../lib/command-line/option.ts";
import { defineCommand, defineSpec } from "../define-command.ts";

export const spec = defineSpec({
  arguments: {
    agent: required("name", "name of the agent"),
    path: optional("path", "where to put it (default: agents/<name>)"),
  },
  options: { language: text("<language>", "typescript or python", { default: "typescript" }) },
  examples: ["nasiko agent new weather", "nasiko agent new weather --language python"],
});

export const newAgent = defineCommand(spec, () => import("./new.handler.ts"));
