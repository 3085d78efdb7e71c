import { defineError } from "../../platform/errors/define-error.ts";

export const confirmationNeeded = defineError("NSK-CONFIRMATION-NEEDED", {
  exitCode: 2,
  sentence: ({ stack }: { readonly stack: string }) =>
    `Nothing was deleted: nobody agreed to delete stack ${stack}.`,
  suggestion: ({ stack }) => `./nasiko --stack ${stack} local down --volumes --yes`,
});
