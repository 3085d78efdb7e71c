import { required } from "../../lib/command-line/argument.ts";
import { flag, text } from "../../lib/command-line/option.ts";
import { defineCommand, defineSpec } from "../define-command.ts";
import { showSecrets } from "../options.ts";

export const spec = defineSpec({
  arguments: { user: required("name", "name of the new user") },
  options: {
    email: text("<address>", "address (default: <name>@nasiko.localhost)"),
    organization: text("<name>", "users and agents of other organizations stay invisible", {
      default: "default",
    }),
    superUser: flag("may do everything, in every organization"),
    showSecrets,
  },
  examples: ["nasiko user add alice", "nasiko user add bob --organization research --json"],
});

export const addUser = defineCommand(spec, () => import("./add.handler.ts"));
