import { defineError } from "../../../platform/errors/define-error.ts";

export interface UnknownAgent {
  readonly name: string;
  readonly known: readonly string[];
  readonly nearest: string | undefined;
}

export const agentUnknown = defineError("NSK-AGENT-UNKNOWN", {
  exitCode: 11,
  sentence: ({ name }: UnknownAgent) => `There is no agent ${name}.`,
  detail: ({ known }) =>
    known.length === 0 ? "The stack has no agents." : `There are: ${known.join(", ")}.`,
  suggestion: ({ nearest }) =>
    nearest === undefined ? "./nasiko local agents" : `Did you mean ${nearest}? ./nasiko local agents`,
});

export const agentOfWorker = defineError("NSK-AGENT-OF-WORKER", {
  exitCode: 11,
  sentence: ({ name }: { readonly name: string }) =>
    `Agent ${name} was uploaded to the platform, and belongs to the worker.`,
  detail: () => "What the program declares and what is uploaded have names of their own.",
  suggestion: () => "Remove it where it was uploaded, or choose another name.",
});

interface PlatformDown {
  readonly stack: string;
  /** What the service registry does instead of answering, e.g. "the service registry does not answer". */
  readonly problem?: string;
}

export const platformDown = defineError("NSK-PLATFORM-DOWN", {
  exitCode: 21,
  sentence: ({ stack }: PlatformDown) => `Stack ${stack} does not run, so no agent can be added to it.`,
  detail: ({ problem }) =>
    [
      "An agent is served by the gateway, and the service registry tells the gateway about it.",
      ...(problem === undefined ? [] : [`Here ${problem}.`]),
    ].join("\n"),
  suggestion: ({ stack }) => `./nasiko --stack ${stack} local up`,
});

export interface VersionUnknown {
  readonly agent: string;
  /** Undefined: the one before the current one. */
  readonly wanted: string | undefined;
  /** Those there are, newest first; the current one is not among them. */
  readonly others: readonly string[];
}

export const versionUnknown = defineError("NSK-AGENT-VERSION-UNKNOWN", {
  exitCode: 11,
  sentence: ({ agent, wanted }: VersionUnknown) =>
    wanted === undefined
      ? `There is no earlier version of agent ${agent}.`
      : `There is no version ${wanted} of agent ${agent}, or more than one begins like that.`,
  detail: ({ others }) =>
    others.length === 0
      ? "No other version is kept as an image (NASIKO_AGENT_VERSIONS says how many are)."
      : `Kept besides the current one, newest first: ${others.join(", ")}.`,
  suggestion: ({ agent, others }) =>
    others[0] === undefined
      ? `./nasiko local deploy-agent ${agent}   # what its folder holds now`
      : `./nasiko local rollback-agent ${agent} ${others[0]}`,
});

export const nothingToWatch = defineError("NSK-NOTHING-TO-WATCH", {
  exitCode: 11,
  sentence: () => "The stack has no agent that is built from a folder, so there is nothing to watch.",
  suggestion: () => "./nasiko local deploy-agent calculator ./agents/calculator",
});
