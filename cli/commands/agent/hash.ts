import { required } from "../../lib/command-line/argument.ts";
import { flag } from "../../lib/command-line/option.ts";
import { defineCommand, defineSpec } from "../define-command.ts";

export const spec = defineSpec({
  arguments: { path: required("path", "folder of the agent") },
  options: { explain: flag("show what went into it, and what has changed since the last build") },
  examples: ["nasiko agent hash agents/translator", "nasiko agent hash agents/translator --explain"],
});

export const hashAgent = defineCommand(spec, () => import("./hash.handler.ts"));
