import { defineCommand, defineSpec } from "./define-command.ts";

export const spec = defineSpec({
  name: "logout",
  group: "access",
  summary: "Delete the token of a stack",
  examples: ["nasiko logout"],
});

export const logout = defineCommand(spec, () => import("./logout.handler.ts"));
