import { EVENT_KINDS } from "../../features/history/events.ts";
import { choice, flag, option } from "../../lib/command-line/option.ts";
import { defineCommand, defineSpec } from "../define-command.ts";
import { count, moment } from "../options.ts";

export const spec = defineSpec({
  options: {
    limit: option("<number>", "how many of the latest", count, { short: "n", default: "10" }),
    since: option(
      "<when>",
      "only what happened since then: a time span such as 2d or 1h30m, or a date",
      moment,
    ),
    kind: choice(
      "<kind>",
      EVENT_KINDS,
      "only runs of the command, only what the worker did with agents, or only who changed whose access",
    ),
    steps: flag("also what each run changed, and why"),
  },
  examples: [
    "nasiko local history",
    "nasiko local history --since 2d --kind agent",
    "nasiko local history --steps --kind run -n 1",
    "nasiko local history --json",
  ],
});

export const history = defineCommand(spec, () => import("./history.handler.ts"));
