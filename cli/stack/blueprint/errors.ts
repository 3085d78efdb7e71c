import { defineError } from "../../../platform/errors/define-error.ts";

export const versionGone = defineError("NSK-AGENT-VERSION-GONE", {
  exitCode: 11,
  sentence: ({ agent }: { readonly agent: string; readonly reference: string }) =>
    `Agent ${agent} is to stay on an earlier version whose image is gone.`,
  detail: ({ reference }) => `${reference} is not on this engine, and no registry has it.`,
  suggestion: ({ agent }) => `./nasiko local deploy-agent ${agent}   # what its folder holds now`,
});
