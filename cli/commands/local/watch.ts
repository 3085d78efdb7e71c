import { several } from "../../lib/command-line/argument.ts";
import { defineCommand, defineSpec } from "../define-command.ts";
import { events } from "../options.ts";

export const spec = defineSpec({
  arguments: {
    agents: several("agent", "only these (default: all that are built from a folder)", { names: "agent" }),
  },
  options: { events },
  follows: "always",
  examples: ["nasiko local watch", "nasiko local watch calculator"],
});

export const watch = defineCommand(spec, () => import("./watch.handler.ts"));
