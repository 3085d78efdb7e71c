import { flag, option } from "../../lib/command-line/option.ts";
import { defineCommand, defineSpec } from "../define-command.ts";
import { count } from "../options.ts";

export const spec = defineSpec({
  options: {
    limit: option("<number>", "how many runs", count, { short: "n", default: "10" }),
    steps: flag("also what each of them changed, and why"),
  },
  examples: ["nasiko local history", "nasiko local history --steps -n 1", "nasiko local history --json"],
});

export const history = defineCommand(spec, () => import("./history.handler.ts"));
