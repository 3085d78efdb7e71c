import { defineCommand, defineSpec } from "../define-command.ts";
import { showSecrets } from "../options.ts";

export const spec = defineSpec({
  options: { showSecrets },
  examples: ["nasiko local urls", "nasiko local urls --json --show-secrets"],
});

export const urls = defineCommand(spec, () => import("./urls.handler.ts"));
