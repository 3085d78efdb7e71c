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

export interface UngivenVariable extends MissingVariable {
  /** Where the agent comes from, for the command that gives it. */
  readonly folder: string;
}

export const agentVariableUngiven = defineError("NSK-AGENT-VARIABLE-UNGIVEN", {
  exitCode: 11,
  sentence: (ungiven: UngivenVariable) =>
    `${placeOf(ungiven)}: agent ${ungiven.agent} asks for ${ungiven.variable}, which nobody has given it.`,
  detail: () =>
    "Its folder is none of your own (NASIKO_TRUSTED_AGENT_FOLDERS), so it gets only those of your variables that you name.",
  suggestion: ({ agent, folder, variable }) =>
    `./nasiko local deploy-agent ${agent} ${folder} --env ${variable}`,
});

export const agentVariableWithheld = defineError("NSK-AGENT-VARIABLE-WITHHELD", {
  exitCode: 11,
  sentence: (withheld: MissingVariable) =>
    `${placeOf(withheld)}: agent ${withheld.agent} asks for ${withheld.variable}, a secret of the platform.`,
  detail: () => "No agent is given one, whoever names it.",
  suggestion: ({ agent, variable }) =>
    `./nasiko agent secret set ${agent} ${variable}   # a value of its own, or take it out of the file`,
});

export interface OutsideFile {
  readonly agent: string;
  /** What is named, as it is written. */
  readonly named: string;
  readonly path: string;
  readonly line: number | undefined;
  /** Where the agent comes from. */
  readonly folder: string;
}

export const agentReachesOut = defineError("NSK-AGENT-REACHES-OUT", {
  exitCode: 11,
  sentence: (outside: OutsideFile) =>
    `${placeOf(outside)}: agent ${outside.agent} reaches out of its folder: ${outside.named}.`,
  detail: () =>
    "Links are followed. What an agent is made from lies in its own folder, unless that is one of your own (NASIKO_TRUSTED_AGENT_FOLDERS).",
  suggestion: ({ folder }) =>
    `NASIKO_TRUSTED_AGENT_FOLDERS=agents,${folder} ./nasiko local up   # when the folder and what it names are your own`,
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
