import { defineCommand, defineSpec } from "../define-command.ts";
import { option } from "../../lib/command-line/option.ts";
import { moment, services } from "../options.ts";

export const spec = defineSpec({
  arguments: { services },
  options: {
    since: option(
      "<when>",
      "also how the agents did since then, as the gateway saw it: a time span such as 10m, or a date",
      moment,
    ),
  },
  examples: ["nasiko local stats", "nasiko local stats --since 10m", "nasiko local stats --json"],
});

export const stats = defineCommand(spec, () => import("./stats.handler.ts"));
