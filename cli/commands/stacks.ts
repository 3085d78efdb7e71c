import { defineCommand, defineSpec } from "./define-command.ts";

export const spec = defineSpec({
  examples: ["nasiko stacks", "nasiko stacks --json"],
});

export const stacks = defineCommand(spec, () => import("./stacks.handler.ts"));
