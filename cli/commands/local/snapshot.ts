import { defineCommand, defineSpec } from "../define-command.ts";

export const spec = defineSpec({
  examples: ["nasiko local snapshot", "nasiko local snapshot --json"],
});

export const snapshot = defineCommand(spec, () => import("./snapshot.handler.ts"));
