import { defineError } from "../../../platform/errors/define-error.ts";

export const nothingRuns = defineError("NSK-NOTHING-RUNS", {
  exitCode: 26,
  sentence: ({ stack }: { readonly stack: string }) => `Stack ${stack} has no containers.`,
  suggestion: ({ stack }) =>
    stack === "local" ? "./nasiko local up" : `./nasiko --stack ${stack} local up   # or: ./nasiko stacks`,
});
