import { defineCommand, defineSpec } from "../define-command.ts";

export const spec = defineSpec({
  examples: ["nasiko local agents", "nasiko local agents --json"],
});

export const agents = defineCommand(spec, () => import("./agents.handler.ts"));
