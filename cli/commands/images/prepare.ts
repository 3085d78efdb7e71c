import { defineCommand, defineSpec } from "../define-command.ts";

export const spec = defineSpec({
  name: "images prepare",
  group: "images",
  summary: "Pull missing images, and build the base images that offline builds start from",
  examples: ["nasiko images prepare"],
});

export const prepareImages = defineCommand(spec, () => import("./prepare.handler.ts"));
