import { defineCommand, defineSpec } from "../define-command.ts";

export const spec = defineSpec({
  name: "local agents",
  group: "agents",
  summary: "Show every agent: state, version, age, address, skills",
  examples: ["nasiko local agents", "nasiko local agents --json"],
});

export const agents = defineCommand(spec, () => import("./agents.handler.ts"));
