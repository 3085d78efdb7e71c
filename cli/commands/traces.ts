import { optional } from "../lib/command-line/argument.ts";
import { flag, option } from "../lib/command-line/option.ts";
import { defineCommand, defineSpec } from "./define-command.ts";
import { count, traceId } from "./options.ts";

export const spec = defineSpec({
  arguments: { agent: optional("agent", "only traces that this agent has a part in", { names: "agent" }) },
  options: {
    slowest: flag("the slowest instead of the latest"),
    failed: flag("only those in which something went wrong"),
    limit: option("<number>", "how many", count, { short: "n", default: "10" }),
    trace: option("<id>", "this one, with all its parts", traceId),
  },
  examples: ["nasiko traces", "nasiko traces translator --slowest", "nasiko traces --failed --json"],
});

export const traces = defineCommand(spec, () => import("./traces.handler.ts"));
