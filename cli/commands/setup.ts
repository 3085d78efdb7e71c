import { defineCommand, defineSpec } from "./define-command.ts";
import { yes } from "./options.ts";

export const spec = defineSpec({
  options: { yes },
  examples: ["nasiko setup", "nasiko setup --yes"],
});

export const setup = defineCommand(spec, () => import("./setup.handler.ts"));
