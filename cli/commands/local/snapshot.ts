import { defineCommand, defineSpec } from "../define-command.ts";

export const spec = defineSpec({
  name: "local snapshot",
  group: "data",
  summary:
    "Copy every volume and secret of the stack to a folder; services that write to them pause meanwhile",
  examples: ["nasiko local snapshot", "nasiko local snapshot --json"],
});

export const snapshot = defineCommand(spec, () => import("./snapshot.handler.ts"));
