import { defineCommand, defineSpec } from "../define-command.ts";
import { showSecrets, user } from "../options.ts";

export const spec = defineSpec({
  name: "user regenerate",
  group: "access",
  summary: "Give a user new credentials; the secret is shown once",
  arguments: { user },
  options: { showSecrets },
  examples: ["nasiko user regenerate alice"],
});

export const regenerateUser = defineCommand(spec, () => import("./regenerate.handler.ts"));
