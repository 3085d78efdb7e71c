import { required } from "../../lib/command-line/argument.ts";
import { defineCommand, defineSpec } from "../define-command.ts";
import { yes } from "../options.ts";

export const spec = defineSpec({
  arguments: { id: required("id", "as `local snapshots` lists it") },
  options: { yes },
  examples: [
    "nasiko local restore local-20261124-141503 --yes",
    "NASIKO_PORT_OFFSET=1000 nasiko --stack copy local restore local-20261124-141503",
  ],
});

export const restore = defineCommand(spec, () => import("./restore.handler.ts"));
