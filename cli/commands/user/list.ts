import { defineCommand, defineSpec } from "../define-command.ts";

export const spec = defineSpec({
  examples: ["nasiko user list", "nasiko user list --json"],
});

export const listUsers = defineCommand(spec, () => import("./list.handler.ts"));
