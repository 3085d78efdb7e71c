import { defineCommand, defineSpec } from "./define-command.ts";

export const spec = defineSpec({
  name: "config",
  group: "look",
  summary: "Show every setting: its value, where it comes from, its default; secrets stay hidden",
  examples: ["nasiko config", "nasiko config --json"],
});

export const config = defineCommand(spec, () => import("./config.handler.ts"));
