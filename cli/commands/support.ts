import { text } from "../lib/command-line/option.ts";
import { defineCommand, defineSpec } from "./define-command.ts";
import { yes } from "./options.ts";

export const spec = defineSpec({
  options: {
    output: text("<file>", "where to write the archive, instead of the current folder"),
    yes,
  },
  examples: ["nasiko support", "nasiko support --yes --output /tmp/report.tar.gz"],
});

export const support = defineCommand(spec, () => import("./support.handler.ts"));
