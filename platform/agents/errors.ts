import { defineError } from "../errors/define-error.ts";

/** Something in a file of an agent's folder. */
export interface FileProblem {
  /** Relative to the checkout. */
  readonly path: string;
  /** From 1; undefined when it is about the whole file. */
  readonly line: number | undefined;
  /** What is wrong, without the full stop at the end. */
  readonly reason: string;
  /** What to do about it. */
  readonly suggestion: string;
}

const placeOf = ({ path, line }: Pick<FileProblem, "path" | "line">): string =>
  line === undefined ? path : `${path}:${line}`;

export const agentFileInvalid = defineError("NSK-AGENT-FILE-INVALID", {
  exitCode: 11,
  sentence: (problem: FileProblem) => `${placeOf(problem)}: ${problem.reason}.`,
  suggestion: ({ suggestion }) => suggestion,
});

export interface MissingVariable {
  readonly agent: string;
  readonly variable: string;
  readonly path: string;
  readonly line: number | undefined;
}

export const agentVariableMissing = defineError("NSK-AGENT-VARIABLE-MISSING", {
  exitCode: 11,
  sentence: (missing: MissingVariable) =>
    `${placeOf(missing)}: agent ${missing.agent} needs ${missing.variable}, which has no value.`,
  detail: () =>
    "It may be a secret of the agent, or come from the environment or an env file; or give it a default.",
  suggestion: ({ agent, variable }) => `./nasiko agent secret set ${agent} ${variable}`,
});

export interface UnpinnedImage {
  readonly agent: string;
  readonly reference: string;
  readonly path: string;
  readonly line: number | undefined;
}

export const agentImageUnpinned = defineError("NSK-AGENT-IMAGE-UNPINNED", {
  exitCode: 11,
  sentence: (unpinned: UnpinnedImage) =>
    `${placeOf(unpinned)}: agent ${unpinned.agent} runs the ready image ${unpinned.reference}, which may be another one tomorrow.`,
  detail: () => "It is named without a digest.",
  suggestion: ({ reference }) =>
    `docker pull ${reference} && docker inspect --format '{{index .RepoDigests 0}}' ${reference}   # name it like that`,
});

export const agentNameTwice = defineError("NSK-AGENT-NAME-TWICE", {
  exitCode: 11,
  sentence: ({ name, given }: { readonly name: string; readonly given: readonly string[] }) =>
    `${given.join(" and ")} would both be agent ${name}: names are in lower case.`,
  suggestion: () => "Rename one of them in NASIKO_AGENTS or nasiko:agents.",
});
