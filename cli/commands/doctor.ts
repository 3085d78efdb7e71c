import { defineCommand, defineSpec } from "./define-command.ts";

export const spec = defineSpec({
  name: "doctor",
  group: "look",
  summary: "Check this machine: engine, memory, disk, ports, orphans, tools; reports all problems at once",
  examples: ["nasiko doctor", "nasiko doctor --json"],
});

export const doctor = defineCommand(spec, () => import("./doctor.handler.ts"));
