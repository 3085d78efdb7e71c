import { defineCommand, defineSpec } from "../define-command.ts";

export const spec = defineSpec({
  examples: ["nasiko images prepare"],
});

export const prepareImages = defineCommand(spec, () => import("./prepare.handler.ts"));
