import { EXIT } from "../../lib/exit-codes.ts";
import { flag } from "../../lib/command-line/option.ts";
import { defineCommand, defineSpec } from "../define-command.ts";
import { events, waitLock, yes } from "../options.ts";

export const spec = defineSpec({
  options: {
    volumes: flag("delete data and secrets as well: they cannot be restored"),
    force: flag("with --yes: delete data that is protected, too, without asking for the stack's name"),
    removeOrphans: flag(
      "remove what carries the stack's label but is not in its state, too; with --volumes, volumes as well",
    ),
    snapshot: flag("take a snapshot of the data first"),
    verify: flag(
      "list what is left of the stack on the engine; fails when something is left that should be gone",
    ),
    waitLock,
    events,
    yes,
  },
  exitCodes: [EXIT.leftBehind],
  examples: [
    "nasiko local down",
    "nasiko local down --volumes --yes",
    "nasiko local down --snapshot --volumes --verify --yes",
    "nasiko local down --volumes --remove-orphans",
  ],
});

export const down = defineCommand(spec, () => import("./down.handler.ts"));
