import { defineCommand, defineSpec } from "../define-command.ts";
import { user } from "../options.ts";

export const spec = defineSpec({
  name: "user revoke",
  group: "access",
  summary: "Revoke a user's credentials and tokens at once",
  arguments: { user },
  examples: ["nasiko user revoke alice"],
});

export const revokeUser = defineCommand(spec, () => import("./revoke.handler.ts"));
