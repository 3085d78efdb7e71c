import { defineError } from "../../platform/errors/define-error.ts";
import type { LockHolder } from "./lock.ts";

/** Where a refused option or resource stands: a URN, a file, or undefined for the whole program. */
interface Refusal {
  /** What is not supported, in Pulumi's own words, e.g. "the resource option retainOnDelete". */
  readonly what: string;
  readonly where?: string | undefined;
  /** @default to run the same stack with the Pulumi CLI */
  readonly instead?: string;
}

export const stateLocked = defineError("NSK-STATE-LOCKED", {
  exitCode: 30,
  sentence: ({ stack, holder }: LockConflict) =>
    `Stack ${stack} is locked by process ${holder.pid} of ${holder.username} on ${holder.hostname} since ${holder.timestamp}.`,
  detail: ({ file, elsewhere }) =>
    elsewhere
      ? `Whether it still runs cannot be seen from here. The lock is ${file}.`
      : `The lock is ${file}.`,
  suggestion: ({ stack, holder, elsewhere }) =>
    elsewhere
      ? `Make sure that nothing works on the stack, then: pulumi cancel --yes --stack ${stack}`
      : `Wait until it has finished; to stop it: kill -INT ${holder.pid}`,
});

interface LockConflict {
  readonly stack: string;
  readonly file: string;
  readonly holder: LockHolder;
  /** The holder is on another host, so that its life cannot be checked. */
  readonly elsewhere: boolean;
}

export const stateUnreadable = defineError("NSK-STATE-UNREADABLE", {
  exitCode: 31,
  sentence: ({ file }: UnusableState) => `The state file ${file} cannot be used.`,
  detail: ({ why }) => why,
  suggestion: ({ file, cure = `cp ${file}.bak ${file}   # the state before the last step` }) => cure,
});

interface UnusableState {
  readonly file: string;
  readonly why: string;
  /** @default to take the copy that is kept beside it */
  readonly cure?: string;
}

export const stateUnwritable = defineError("NSK-STATE-UNWRITABLE", {
  exitCode: 37,
  sentence: ({ file }: UnwritableState) => `The state cannot be written: ${file}.`,
  detail: ({ why }) => `${why}\nThe last state that was saved is untouched.`,
  suggestion: ({ folder }) =>
    `df -h ${folder} && ls -ld ${folder}   # make room or give access, then run the command again`,
});

interface UnwritableState {
  readonly file: string;
  readonly folder: string;
  /** In the system's words, e.g. "ENOSPC: no space left on device". */
  readonly why: string;
}

export const passphraseWrong = defineError("NSK-PASSPHRASE-WRONG", {
  exitCode: 32,
  sentence: () => "The passphrase does not open the secrets of this stack's state.",
  detail: () => "The state was written with another passphrase.",
  suggestion: () =>
    "Put the passphrase that the stack was created with into the file `passphrase` in NASIKO_HOME.",
});

export const engineUnsupported = defineError("NSK-ENGINE-UNSUPPORTED", {
  exitCode: 33,
  sentence: ({ what, where }: Refusal) =>
    `The embedded engine does not support ${what}${where === undefined ? "" : ` (${where})`}.`,
  suggestion: ({ instead }) =>
    instead ?? 'Remove it from the program, or run the stack with the Pulumi CLI: eval "$(./nasiko env)"',
});

export const resourceProtected = defineError("NSK-PROTECTED", {
  exitCode: 34,
  sentence: ({ names, verb }: ProtectedResources) =>
    `${names.join(", ")} would be ${verb}, but ${names.length === 1 ? "is" : "are"} protected.`,
  detail: () => "Nothing was deleted.",
  suggestion: () =>
    "Take `protect` off the resources in the program and run `up`; then what is to go can be deleted.",
});

interface ProtectedResources {
  readonly names: readonly string[];
  readonly verb: "deleted" | "replaced";
}

export const targetNeedsMore = defineError("NSK-TARGET-NEEDS-MORE", {
  exitCode: 36,
  sentence: ({ name, missing }: { readonly name: string; readonly missing: readonly string[] }) =>
    `${name} needs ${missing.join(", ")}, which ${missing.length === 1 ? "is" : "are"} not there.`,
  detail: () => "This run is about a part of the stack only, and leaves everything else as it is.",
  suggestion: () => "./nasiko local up",
});

export const programFailed = defineError("NSK-PROGRAM-FAILED", {
  exitCode: 35,
  sentence: ({ how }: { readonly how: string; readonly detail?: string | undefined }) =>
    `The program ${how}.`,
  detail: ({ detail }) => detail,
  suggestion: () =>
    "Mend the cause and run the command again: what was done is recorded, nothing was deleted.",
});

export const inputsInvalid = defineError("NSK-INPUTS-INVALID", {
  exitCode: 36,
  sentence: ({ name, type }: InvalidInputs) => `The inputs of ${name} (${type}) are not valid.`,
  detail: ({ failures }) => failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n"),
  suggestion: ({ name, failures }) =>
    `Correct ${failures.map(({ property }) => property).join(", ")} where the program declares ${name}.`,
});

interface InvalidInputs {
  readonly name: string;
  readonly type: string;
  readonly failures: readonly { readonly property: string; readonly reason: string }[];
}
