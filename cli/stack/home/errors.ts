import { defineError } from "../../../platform/errors/define-error.ts";

export const homeUnknown = defineError("NSK-HOME-UNKNOWN", {
  exitCode: 36,
  sentence: () => "There is no folder to keep the state in.",
  detail: () => "NASIKO_HOME, XDG_STATE_HOME and HOME are all unset.",
  suggestion: () => "NASIKO_HOME=/var/lib/nasiko ./nasiko local up",
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
