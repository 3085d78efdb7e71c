import { flag, text } from "../lib/command-line/option.ts";
import { defineCommand, defineSpec } from "./define-command.ts";

export const spec = defineSpec({
  description: "The token is stored in the system's keyring, or in a file that only you can read.",
  options: {
    accessKey: text("<key>", "your access key; the secret is asked for"),
    secretStdin: flag("read the secret from standard input"),
    superUser: flag("as the super user that came with the stack, whose state is on this machine"),
  },
  examples: [
    "nasiko login",
    "nasiko login --super-user",
    "nasiko login --access-key NASK_… --secret-stdin < secret",
  ],
});

export const login = defineCommand(spec, () => import("./login.handler.ts"));
