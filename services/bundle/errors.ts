import { defineError } from "../../platform/errors/define-error.ts";

export interface BundleProblems {
  /** One line each: the file, its line where there is one, and what is wrong. */
  readonly problems: readonly string[];
}

export const bundleFailed = defineError("NSK-BUNDLE-FAILED", {
  exitCode: 11,
  sentence: ({ problems }: BundleProblems) =>
    `The platform's own services cannot be bundled (${problems.length === 1 ? "1 problem" : `${problems.length} problems`}).`,
  detail: ({ problems }) => problems.join("\n"),
  suggestion: () =>
    "Correct the files that are named; `npm ci` installs the packages that the lock file names.",
});
