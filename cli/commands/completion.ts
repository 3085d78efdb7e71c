import { SHELLS } from "../lib/command-line/completion-script.ts";
import { oneWordOf } from "../lib/command-line/argument.ts";
import { defineCommand, defineSpec } from "./define-command.ts";

export const spec = defineSpec({
  arguments: { shell: oneWordOf("shell", SHELLS, "bash, zsh or fish") },
  examples: ["source <(nasiko completion bash)", "nasiko completion fish | source"],
});

export const completion = defineCommand(spec, () => import("./completion.handler.ts"));
