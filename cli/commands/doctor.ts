import { defineCommand, defineSpec } from "./define-command.ts";

export const spec = defineSpec({
  examples: ["nasiko doctor", "nasiko doctor --json"],
});

export const doctor = defineCommand(spec, () => import("./doctor.handler.ts"));
