import { defineCommand, defineSpec } from "../define-command.ts";
import { agent, grantees } from "../options.ts";

export const spec = defineSpec({
  arguments: { agent },
  options: grantees,
  examples: ["nasiko access revoke translator --user alice"],
});

export const revokeAccess = defineCommand(spec, () => import("./revoke.handler.ts"));
