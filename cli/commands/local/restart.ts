import { EXIT } from "../../lib/exit-codes.ts";
import { flag } from "../../lib/command-line/option.ts";
import { defineCommand, defineSpec } from "../define-command.ts";
import { events, services } from "../options.ts";

export const spec = defineSpec({
  arguments: { services },
  options: { dependents: flag("restart what depends on them, too"), events },
  exitCodes: [EXIT.deploymentFailed],
  examples: ["nasiko local restart kong", "nasiko local restart redis --dependents"],
});

export const restart = defineCommand(spec, () => import("./restart.handler.ts"));
