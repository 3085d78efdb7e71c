import { defineCommand, defineSpec } from "../define-command.ts";
import { agent, grantees } from "../options.ts";

export const spec = defineSpec({
  arguments: { agent },
  options: grantees,
  examples: [
    "nasiko access grant translator --user alice,bob",
    "nasiko access grant translator --to-agent planner",
  ],
});

export const grantAccess = defineCommand(spec, () => import("./grant.handler.ts"));
