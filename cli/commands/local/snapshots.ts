import { defineCommand, defineSpec } from "../define-command.ts";

export const spec = defineSpec({
  name: "local snapshots",
  group: "data",
  summary: "List the snapshots of all stacks",
  examples: ["nasiko local snapshots"],
});

export const snapshots = defineCommand(spec, () => import("./snapshots.handler.ts"));
