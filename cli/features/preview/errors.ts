import { defineError } from "../../../platform/errors/define-error.ts";
import { quoted } from "../../../platform/errors/quoted.ts";

export const refUnknown = defineError("NSK-REF-UNKNOWN", {
  exitCode: 10,
  sentence: ({ ref }: { readonly ref: string; readonly reason: string; readonly root: string }) =>
    `There is nothing to compare with: git knows no ${JSON.stringify(ref)} here.`,
  detail: ({ reason }) => reason,
  suggestion: ({ ref, reason, root }) =>
    reason.includes("safe.directory")
      ? `git config --global --add safe.directory ${quoted(root)}   # it belongs to another user: only if you trust what is in it`
      : `git fetch origin ${ref}   # a shallow clone has one commit only; or: --compare HEAD~1`,
});

export const formatUnknown = defineError("NSK-FORMAT-UNKNOWN", {
  exitCode: 2,
  sentence: ({ format }: { readonly format: string }) => `There is no format ${JSON.stringify(format)}.`,
  suggestion: () => "./nasiko preview --format markdown   # or text, or json",
});
