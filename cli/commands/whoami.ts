import { defineCommand, defineSpec } from "./define-command.ts";

export const spec = defineSpec({
  name: "whoami",
  group: "access",
  summary: "Show who is logged in, and until when",
  examples: ["nasiko whoami", "nasiko whoami --json"],
});

export const whoami = defineCommand(spec, () => import("./whoami.handler.ts"));
