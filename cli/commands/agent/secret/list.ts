import { defineCommand, defineSpec } from "../../define-command.ts";

export const spec = defineSpec({
  examples: ["nasiko agent secret list"],
});

export const listSecrets = defineCommand(spec, () => import("./list.handler.ts"));
