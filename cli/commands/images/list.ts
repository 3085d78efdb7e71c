import { defineCommand, defineSpec } from "../define-command.ts";

export const spec = defineSpec({
  examples: ["nasiko images list", "nasiko images list --json"],
});

export const listImages = defineCommand(spec, () => import("./list.handler.ts"));
