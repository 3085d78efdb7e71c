import { defineCommand, defineSpec } from "../define-command.ts";
import { user } from "../options.ts";

export const spec = defineSpec({
  arguments: { user },
  examples: ["nasiko user revoke alice"],
});

export const revokeUser = defineCommand(spec, () => import("./revoke.handler.ts"));
