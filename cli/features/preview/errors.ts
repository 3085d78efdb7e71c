import { defineError } from "../../../platform/errors/define-error.ts";

export const refUnknown = defineError("NSK-REF-UNKNOWN", {
  exitCode: 10,
  sentence: ({ ref }: { readonly ref: string; readonly reason: string }) =>
    `There is nothing to compare with: git knows no ${JSON.stringify(ref)} here.`,
  detail: ({ reason }) => reason,
  suggestion: ({ ref }) =>
    `git fetch origin ${ref}   # a shallow clone has one commit only; or: --compare HEAD~1`,
});

export const formatUnknown = defineError("NSK-FORMAT-UNKNOWN", {
  exitCode: 2,
  sentence: ({ format }: { readonly format: string }) => `There is no format ${JSON.stringify(format)}.`,
  suggestion: () => "./nasiko preview --format markdown   # or text, or json",
});
