import { text } from "../lib/command-line/option.ts";
import { several } from "../lib/command-line/argument.ts";
import { defineCommand, defineSpec } from "./define-command.ts";

export const spec = defineSpec({
  arguments: {
    words: several("message", "the question, with the name of an agent before it when that one is to answer"),
  },
  options: { session: text("<id>", "go on with this session, which an earlier answer named") },
  examples: [
    'nasiko chat "translate good morning to french"',
    'nasiko chat translator "good morning, to french"',
    "echo 'What is 17.5% of 80?' | nasiko chat",
  ],
});

export const chat = defineCommand(spec, () => import("./chat.handler.ts"));
