import { required } from "../../lib/command-line/argument.ts";
import { text } from "../../lib/command-line/option.ts";
import { defineCommand, defineSpec } from "../define-command.ts";

export const spec = defineSpec({
  arguments: { service: required("service", "the service or agent", { names: "service" }) },
  options: {
    command: text("<line>", "run this line in it instead, and end with its exit code", { short: "c" }),
  },
  examples: ["nasiko local shell redis", "nasiko local shell redis -c 'redis-cli ping'"],
});

export const shell = defineCommand(spec, () => import("./shell.handler.ts"));
