import { defineError } from "../../../platform/errors/define-error.ts";

interface InvalidValue {
  /** As it is typed, e.g. "--since" or "<shell>". */
  readonly option: string;
  readonly reason: string;
  /** What would be right. */
  readonly instead: string;
}

export const optionInvalid = defineError("NSK-OPTION-INVALID", {
  exitCode: 2,
  sentence: ({ option, reason }: InvalidValue) => `${option} cannot be used so: ${reason}.`,
  suggestion: ({ instead }) => instead,
});

interface UnknownCommand {
  /** As it was typed, e.g. "local sttaus". */
  readonly typed: string;
  /** The words of it that are known, e.g. "local". */
  readonly place: string;
  /** The command that may be meant. */
  readonly nearest: string | undefined;
}

export const commandUnknown = defineError("NSK-COMMAND-UNKNOWN", {
  exitCode: 2,
  sentence: ({ typed }: UnknownCommand) => `${JSON.stringify(typed)} is an unknown command.`,
  suggestion: ({ place, nearest }) =>
    nearest === undefined
      ? `${["./nasiko", place].join(" ").trimEnd()} --help`
      : `Did you mean ./nasiko ${nearest}?`,
});

interface UnknownOption {
  readonly command: string;
  /** As it was typed, e.g. "--sicne". */
  readonly typed: string;
  /** The option that may be meant. */
  readonly nearest: string | undefined;
}

export const optionUnknown = defineError("NSK-OPTION-UNKNOWN", {
  exitCode: 2,
  sentence: ({ command, typed }: UnknownOption) => `${typed} is an unknown option of \`nasiko ${command}\`.`,
  suggestion: ({ command, nearest }) =>
    nearest === undefined ? `./nasiko ${command} --help` : `Did you mean ${nearest}?`,
});

interface Misuse {
  /** @example "local shell <service>" */
  readonly usage: string;
}

export const argumentMissing = defineError("NSK-ARGUMENT-MISSING", {
  exitCode: 2,
  sentence: ({ form }: Misuse & { readonly form: string }) => `${form} is missing.`,
  suggestion: ({ usage }) => `./nasiko ${usage}`,
});

export const argumentUnexpected = defineError("NSK-ARGUMENT-UNEXPECTED", {
  exitCode: 2,
  sentence: ({ words }: Misuse & { readonly words: readonly string[] }) =>
    `Nothing is done with ${words.map((word) => JSON.stringify(word)).join(", ")}.`,
  suggestion: ({ usage }) => `./nasiko ${usage}`,
});
