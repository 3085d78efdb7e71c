import { defineCommand, defineSpec } from "../define-command.ts";

export const spec = defineSpec({
  name: "user list",
  group: "access",
  summary: "Show every user",
  examples: ["nasiko user list", "nasiko user list --json"],
});

export const listUsers = defineCommand(spec, () => import("./list.handler.ts"));
