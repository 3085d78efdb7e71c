import { formatUnknown } from "../features/preview/errors.ts";
import { choice, flag, text } from "../lib/command-line/option.ts";
import { EXIT } from "../lib/exit-codes.ts";
import { defineCommand, defineSpec } from "./define-command.ts";

export const spec = defineSpec({
  options: {
    offline: flag("plan from the stack's state; needs no engine"),
    compare: text("<ref>", "compare with another commit; needs neither state nor engine"),
    format: choice("<format>", ["text", "markdown", "json"], "text, markdown or json", {
      default: "text",
      refusal: (format) => formatUnknown({ format }),
    }),
    security: flag("only check the stack against the policies; needs no engine"),
  },
  exitCodes: [EXIT.policyViolated, EXIT.changes],
  examples: [
    "nasiko preview",
    "nasiko preview --offline --json",
    "nasiko preview --stack enterprise --format markdown --compare origin/main",
    "nasiko preview --security",
  ],
});

export const preview = defineCommand(spec, () => import("./preview.handler.ts"));
