import { defineCommand, defineSpec } from "../define-command.ts";
import { showSecrets } from "../options.ts";

export const spec = defineSpec({
  name: "local urls",
  group: "look",
  summary: "Show the address of everything that is published, and the login for it",
  options: { showSecrets },
  examples: ["nasiko local urls", "nasiko local urls --json --show-secrets"],
});

export const urls = defineCommand(spec, () => import("./urls.handler.ts"));
