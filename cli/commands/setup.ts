import { defineCommand, defineSpec } from "./define-command.ts";
import { yes } from "./options.ts";

export const spec = defineSpec({
  name: "setup",
  group: "run",
  summary:
    "Install what this machine lacks: the Docker engine, and the tools that base images are built with",
  options: { yes },
  examples: ["nasiko setup", "nasiko setup --yes"],
});

export const setup = defineCommand(spec, () => import("./setup.handler.ts"));
