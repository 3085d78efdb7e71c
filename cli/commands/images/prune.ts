import { flag } from "../../lib/command-line/option.ts";
import { defineCommand, defineSpec } from "../define-command.ts";
import { yes } from "../options.ts";

export const spec = defineSpec({
  options: { dryRun: flag("only show what would be removed"), yes },
  examples: ["nasiko images prune --dry-run", "nasiko images prune --yes"],
});

export const pruneImages = defineCommand(spec, () => import("./prune.handler.ts"));
