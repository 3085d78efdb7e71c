import { defineCommand, defineSpec } from "../define-command.ts";
import { showSecrets, user } from "../options.ts";

export const spec = defineSpec({
  arguments: { user },
  options: { showSecrets },
  examples: ["nasiko user regenerate alice"],
});

export const regenerateUser = defineCommand(spec, () => import("./regenerate.handler.ts"));
