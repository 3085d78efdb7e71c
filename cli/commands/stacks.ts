import { defineCommand, defineSpec } from "./define-command.ts";

export const spec = defineSpec({
  name: "stacks",
  group: "look",
  summary: "Show every stack of this machine, and what it has on the engine",
  examples: ["nasiko stacks", "nasiko stacks --json"],
});

export const stacks = defineCommand(spec, () => import("./stacks.handler.ts"));
