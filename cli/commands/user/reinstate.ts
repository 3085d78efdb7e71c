import { defineCommand, defineSpec } from "../define-command.ts";
import { user } from "../options.ts";

export const spec = defineSpec({
  arguments: { user },
  examples: ["nasiko user reinstate alice"],
});

export const reinstateUser = defineCommand(spec, () => import("./reinstate.handler.ts"));
