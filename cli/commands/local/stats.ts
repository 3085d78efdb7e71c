import { defineCommand, defineSpec } from "../define-command.ts";
import { services } from "../options.ts";

export const spec = defineSpec({
  arguments: { services },
  examples: ["nasiko local stats", "nasiko local stats --json"],
});

export const stats = defineCommand(spec, () => import("./stats.handler.ts"));
