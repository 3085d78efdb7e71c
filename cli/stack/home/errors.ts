import { defineError } from "../../../platform/errors/define-error.ts";

export const homeUnknown = defineError("NSK-HOME-UNKNOWN", {
  exitCode: 36,
  sentence: () => "There is no folder to keep the state in.",
  detail: () =>
    "None of NASIKO_HOME, XDG_STATE_HOME and HOME is an absolute path, and the system knows no home folder of this user.",
  suggestion: () => "NASIKO_HOME=/var/lib/nasiko ./nasiko local up",
});

export const homeExposed = defineError("NSK-HOME-EXPOSED", {
  exitCode: 36,
  sentence: ({ path }: { readonly path: string; readonly mode: string; readonly wanted: string }) =>
    `${path} is open to other users of this machine.`,
  detail: ({ mode }) =>
    `Its mode is ${mode}. Whoever reads the passphrase reads every secret of your stacks, and whoever may write here chooses it.`,
  suggestion: ({ path, wanted }) => `chmod ${wanted} '${path}'`,
});

export const homeOfOther = defineError("NSK-HOME-OF-OTHER", {
  exitCode: 36,
  sentence: ({ path }: { readonly path: string; readonly owner: number }) =>
    `${path} belongs to another user of this machine.`,
  detail: ({ owner }) =>
    `Its owner is the user with the number ${owner}, who would know the secrets of your stacks.`,
  suggestion: () => 'NASIKO_HOME="$HOME/.local/state/nasiko" ./nasiko local up',
});

export const passphraseUnreadable = defineError("NSK-PASSPHRASE-UNREADABLE", {
  exitCode: 32,
  sentence: ({ file }: { readonly file: string; readonly reason: string }) =>
    `The passphrase file ${file} cannot be used.`,
  detail: ({ reason }) => `${reason} The secrets of your stacks are encrypted with it.`,
  suggestion: ({ file }) => `Restore ${file} from a backup, or check who may read it: ls -l ${file}`,
});

export const passphraseMissing = defineError("NSK-PASSPHRASE-MISSING", {
  exitCode: 32,
  sentence: ({ file }: { readonly file: string; readonly stacks: string }) =>
    `The passphrase file ${file} is gone, but there are stacks whose secrets it opens.`,
  detail: ({ stacks }) => `Their states are in ${stacks}.`,
  suggestion: ({ file }) => `Restore ${file} from a backup.`,
});

export const fileUnwritable = defineError("NSK-FILE-UNWRITABLE", {
  exitCode: 36,
  sentence: ({ path }: { readonly path: string; readonly reason: string }) => `${path} cannot be written.`,
  detail: ({ reason }) => reason,
  suggestion: ({ path }) => `ls -ld '${path}'   # or name another file`,
});
