import { defineError } from "../../../platform/errors/define-error.ts";

export const stacksWanted = defineError<undefined>("NSK-STACKS-WANTED", {
  exitCode: 2,
  sentence: () => "Two stacks are compared, no more and no less.",
  suggestion: () => "./nasiko diff local enterprise",
});
