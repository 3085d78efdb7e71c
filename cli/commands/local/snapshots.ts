import { defineCommand, defineSpec } from "../define-command.ts";

export const spec = defineSpec({
  examples: ["nasiko local snapshots"],
});

export const snapshots = defineCommand(spec, () => import("./snapshots.handler.ts"));
