import { defineCommand, defineSpec } from "./define-command.ts";

export const spec = defineSpec({
  examples: ["nasiko whoami", "nasiko whoami --json"],
});

export const whoami = defineCommand(spec, () => import("./whoami.handler.ts"));
