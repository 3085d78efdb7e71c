import { defineCommand, defineSpec } from "../define-command.ts";
import { agent } from "../options.ts";

export const spec = defineSpec({
  name: "access list",
  group: "access",
  summary: "Show who owns an agent, and who may call it",
  arguments: { agent },
  examples: ["nasiko access list translator", "nasiko access list translator --json"],
});

export const listAccess = defineCommand(spec, () => import("./list.handler.ts"));
