import { defineError } from "../../../platform/errors/define-error.ts";

export const setupImpossible = defineError("NSK-SETUP-IMPOSSIBLE", {
  exitCode: 13,
  sentence: ({ missing }: { readonly missing: readonly string[] }) =>
    `Setup cannot do this here: ${missing.join("; ")}.`,
  detail: () => "It installs the engine on Debian and Ubuntu, as root. Elsewhere that is up to you.",
  suggestion: () =>
    "Install Docker as docs.docker.com/engine/install says, start it, then: ./nasiko local up",
});

export const setupDeclined = defineError("NSK-SETUP-DECLINED", {
  exitCode: 5,
  sentence: ({ steps }: { readonly steps: readonly string[] }) =>
    `Not done, because nobody agreed: ${steps.join("; ")}.`,
  suggestion: () => "./nasiko setup --yes",
});

export const setupFailed = defineError("NSK-SETUP-FAILED", {
  exitCode: 13,
  sentence: ({ step }: { readonly step: string; readonly output: string }) => `Setup could not ${step}.`,
  detail: ({ output }) => output,
  suggestion: () => "Mend what the output names, then: ./nasiko setup",
});
