import type { Action } from "../errors/actions.ts";
import { defineError } from "../errors/define-error.ts";
import type { Objection } from "./analyze.ts";
import type { LockHolder } from "./lock-file.ts";
import { nameOf } from "./urn.ts";

/** Where a refused option or resource stands: a URN, a file, or undefined for the whole program. */
export interface Refusal {
  /** What is not supported, in Pulumi's own words, e.g. "the resource option retainOnDelete". */
  readonly what: string;
  readonly where?: string | undefined;
  /** @default to run the same stack with the Pulumi CLI */
  readonly remedy?: Action;
}

export const stateLocked = defineError("NSK-STATE-LOCKED", {
  sentence: ({ stack, holder }: LockConflict) =>
    `Stack ${stack} is locked by process ${holder.pid} of ${holder.username} on ${holder.hostname} since ${holder.timestamp}.`,
  detail: ({ file, elsewhere }) =>
    elsewhere
      ? `Whether it still runs cannot be seen from here. The lock is ${file}.`
      : `The lock is ${file}.`,
  action: ({ stack, holder, elsewhere }) =>
    elsewhere ? { id: "release-foreign-lock", stack } : { id: "wait-for-run", pid: holder.pid },
});

export interface LockConflict {
  readonly stack: string;
  readonly file: string;
  readonly holder: LockHolder;
  /** The holder is on another host, so that its life cannot be checked. */
  readonly elsewhere: boolean;
}

export const stateUnreadable = defineError("NSK-STATE-UNREADABLE", {
  sentence: ({ file }: UnusableState) => `The state file ${file} cannot be used.`,
  detail: ({ why }) => why,
  action: ({ file, remedy }) => remedy ?? { id: "restore-state-copy", file },
});

export interface UnusableState {
  readonly file: string;
  readonly why: string;
  /** @default to take the copy that is kept beside it */
  readonly remedy?: Action;
}

export const stateUnwritable = defineError("NSK-STATE-UNWRITABLE", {
  sentence: ({ file }: UnwritableState) => `The state cannot be written: ${file}.`,
  detail: ({ why }) => `${why}\nThe last state that was saved is untouched.`,
  action: ({ folder }) => ({ id: "make-room", folder }),
});

export interface UnwritableState {
  readonly file: string;
  readonly folder: string;
  /** In the system's words, e.g. "ENOSPC: no space left on device". */
  readonly why: string;
}

export const passphraseWrong = defineError("NSK-PASSPHRASE-WRONG", {
  sentence: () => "The passphrase does not open the secrets of this stack's state.",
  detail: () => "The state was written with another passphrase.",
  action: () => ({ id: "restore-passphrase" }),
});

export const engineUnsupported = defineError("NSK-ENGINE-UNSUPPORTED", {
  sentence: ({ what, where }: Refusal) =>
    `The embedded engine does not support ${what}${where === undefined ? "" : ` (${where})`}.`,
  action: ({ remedy }) => remedy ?? { id: "use-pulumi-cli" },
});

export const resourceProtected = defineError("NSK-PROTECTED", {
  sentence: ({ names, verb }: ProtectedResources) =>
    `${names.join(", ")} would be ${verb}, but ${names.length === 1 ? "is" : "are"} protected.`,
  detail: () => "Nothing was deleted.",
  action: ({ names }) => ({ id: "unprotect", names }),
});

export interface ProtectedResources {
  readonly names: readonly string[];
  readonly verb: "deleted" | "replaced";
}

export const targetNeedsMore = defineError("NSK-TARGET-NEEDS-MORE", {
  sentence: ({ name, missing }: { readonly name: string; readonly missing: readonly string[] }) =>
    `${name} needs ${missing.join(", ")}, which ${missing.length === 1 ? "is" : "are"} not there.`,
  detail: () => "This run is about a part of the stack only, and leaves everything else as it is.",
  action: () => ({ id: "run-everything" }),
});

export const programFailed = defineError("NSK-PROGRAM-FAILED", {
  sentence: ({ how }: { readonly how: string; readonly detail?: string | undefined }) =>
    `The program ${how}.`,
  detail: ({ detail }) => detail,
  action: () => ({ id: "fix-and-run-again" }),
});

export const inputsInvalid = defineError("NSK-INPUTS-INVALID", {
  sentence: ({ name, type }: InvalidInputs) => `The inputs of ${name} (${type}) are not valid.`,
  detail: ({ failures }) => failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n"),
  action: ({ name, failures }) => ({
    id: "correct-inputs",
    name,
    properties: failures.map(({ property }) => property),
  }),
});

export interface InvalidInputs {
  readonly name: string;
  readonly type: string;
  readonly failures: readonly { readonly property: string; readonly reason: string }[];
}

export const registrationRefused = defineError("NSK-REGISTRATION-REFUSED", {
  sentence: ({ urn }: RefusedRegistration) => `${nameOf(urn)} was not made: it breaks a rule.`,
  detail: ({ urn, objections }) =>
    [`It was registered as ${urn}.`, ...objections.map(({ rule, message }) => `${rule}: ${message}`)].join(
      "\n",
    ),
  action: ({ objections }) => ({ id: "keep-rules", rules: [...new Set(objections.map(({ rule }) => rule))] }),
});

export interface RefusedRegistration {
  readonly urn: string;
  readonly objections: readonly Objection[];
}

/** Every error of the engine itself. */
export const CORE_ERRORS = [
  stateLocked,
  stateUnreadable,
  stateUnwritable,
  passphraseWrong,
  engineUnsupported,
  resourceProtected,
  targetNeedsMore,
  programFailed,
  inputsInvalid,
  registrationRefused,
] as const;
