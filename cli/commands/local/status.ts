import { EXIT } from "../../lib/exit-codes.ts";
import { flag } from "../../lib/command-line/option.ts";
import { defineCommand, defineSpec } from "../define-command.ts";
import { events } from "../options.ts";

export const spec = defineSpec({
  options: { watch: flag("keep the table up to date until Ctrl-C", { short: "w" }), events },
  follows: "watch",
  exitCodes: [EXIT.done, EXIT.notHealthy],
  examples: ["nasiko local status", "nasiko local status --watch", "nasiko local status --json"],
});

export const status = defineCommand(spec, () => import("./status.handler.ts"));
