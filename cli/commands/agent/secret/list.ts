import { defineCommand, defineSpec } from "../../define-command.ts";

export const spec = defineSpec({
  name: "agent secret list",
  group: "agents",
  summary: "Show which agent has which secrets, without their values",
  examples: ["nasiko agent secret list"],
});

export const listSecrets = defineCommand(spec, () => import("./list.handler.ts"));
