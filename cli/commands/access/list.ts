import { defineCommand, defineSpec } from "../define-command.ts";
import { agent } from "../options.ts";

export const spec = defineSpec({
  arguments: { agent },
  examples: ["nasiko access list translator", "nasiko access list translator --json"],
});

export const listAccess = defineCommand(spec, () => import("./list.handler.ts"));
