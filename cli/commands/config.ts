import { defineCommand, defineSpec } from "./define-command.ts";

export const spec = defineSpec({
  examples: ["nasiko config", "nasiko config --json"],
});

export const config = defineCommand(spec, () => import("./config.handler.ts"));
