import { defineCommand, defineSpec } from "./define-command.ts";

export const spec = defineSpec({
  examples: ["nasiko services", "NASIKO_PROFILES=core nasiko services --json"],
});

export const services = defineCommand(spec, () => import("./services.handler.ts"));
