import { defineCommand, defineSpec } from "./define-command.ts";

export const spec = defineSpec({
  name: "services",
  group: "look",
  summary: "Show every service: its purpose, what needs it, memory, ports, on or off",
  examples: ["nasiko services", "NASIKO_PROFILES=core nasiko services --json"],
});

export const services = defineCommand(spec, () => import("./services.handler.ts"));
