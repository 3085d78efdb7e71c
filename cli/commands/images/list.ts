import { defineCommand, defineSpec } from "../define-command.ts";

export const spec = defineSpec({
  name: "images list",
  group: "images",
  summary: "Show every image of the stack: where it comes from, its size, whether it is there",
  examples: ["nasiko images list", "nasiko images list --json"],
});

export const listImages = defineCommand(spec, () => import("./list.handler.ts"));
