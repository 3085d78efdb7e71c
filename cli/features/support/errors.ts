import { defineError } from "../../../platform/errors/define-error.ts";

export const supportNotConfirmed = defineError("NSK-SUPPORT-NOT-CONFIRMED", {
  exitCode: 5,
  sentence: ({ file }: { readonly file: string }) => `Nothing was written: nobody agreed to write ${file}.`,
  suggestion: () => "./nasiko support --yes",
});

export const supportUnwritable = defineError("NSK-SUPPORT-UNWRITABLE", {
  exitCode: 36,
  sentence: ({ file }: { readonly file: string; readonly reason: string }) => `${file} cannot be written.`,
  detail: ({ reason }) => reason,
  suggestion: () => "./nasiko support --output /tmp/nasiko-support.tar.gz",
});
