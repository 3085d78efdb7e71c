import { optional } from "../lib/command-line/argument.ts";
import { flag, option } from "../lib/command-line/option.ts";
import { type Parse, refuse } from "../lib/command-line/value.ts";
import { defineCommand, defineSpec } from "./define-command.ts";
import { traceId } from "./options.ts";

const count: Parse<number> = (text, name) =>
  /^[1-9]\d{0,2}$/.test(text)
    ? { value: Number(text) }
    : refuse(name, `${JSON.stringify(text)} is no number from 1 to 999`, "10");

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
