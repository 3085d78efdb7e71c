import { defineCommand, defineSpec } from "./define-command.ts";

export const spec = defineSpec({
  examples: ["nasiko logout"],
});

export const logout = defineCommand(spec, () => import("./logout.handler.ts"));
