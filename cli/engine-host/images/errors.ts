import { defineError } from "../../../platform/errors/define-error.ts";

export interface BaseNeeds {
  /** Base that is missing, e.g. "base-debian". */
  readonly base: string;
}

export const baseNeedsRoot = defineError("NSK-BASE-NEEDS-ROOT", {
  exitCode: 14,
  sentence: ({ base }: BaseNeeds) => `Making the image ${base} needs root, and this is another user.`,
  detail: () =>
    "A root file system holds files of several owners. Once it is made, root is not needed any more.",
  suggestion: () => "sudo ./nasiko images prepare",
});

export const baseNeedsTool = defineError("NSK-BASE-NEEDS-TOOL", {
  exitCode: 14,
  sentence: ({ base, tool }: BaseNeeds & { readonly tool: string; readonly package: string }) =>
    `Making the image ${base} needs the program ${tool}, which is not on this machine.`,
  suggestion: (details) => `sudo apt-get install --yes ${details.package}`,
});

export interface BaseFailure extends BaseNeeds {
  /** What was being done, e.g. "debootstrap". */
  readonly step: string;
  /** The last lines it wrote. */
  readonly output: readonly string[];
}

export const baseFailed = defineError("NSK-BASE-FAILED", {
  exitCode: 14,
  sentence: ({ base, step }: BaseFailure) => `The image ${base} could not be made: ${step} failed.`,
  detail: ({ output }) => (output.length === 0 ? undefined : output.join("\n")),
  suggestion: () =>
    "Mend what the last lines say (often a package source that cannot be reached), then: ./nasiko images prepare",
});

export const certificateInvalid = defineError("NSK-CA-INVALID", {
  exitCode: 14,
  sentence: ({ path, reason }: { readonly path: string; readonly reason: string }) =>
    `${path} cannot be used as a certificate authority: ${reason}.`,
  suggestion: () => "Name a file with PEM certificates in NASIKO_CA_CERTS.",
});
