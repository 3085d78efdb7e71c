import { defineError } from "../errors/define-error.ts";

export interface InvalidSetting {
  readonly setting: string;
  /** Undefined: it is a secret. */
  readonly value: string | undefined;
  readonly allowed: string;
  readonly source: string;
  /** What is wrong with it, where more is known than that it is not allowed. */
  readonly reason?: string | undefined;
}

export const settingInvalid = defineError("NSK-SETTING-INVALID", {
  exitCode: 10,
  sentence: ({ setting, value }: InvalidSetting) =>
    `${setting} cannot be ${value === undefined ? "what it is set to" : JSON.stringify(value)}.`,
  detail: ({ source, allowed, reason }) =>
    `It comes from ${source}. Allowed: ${allowed}.${reason === undefined ? "" : `\nReason: ${reason}`}`,
  suggestion: ({ setting, source }) =>
    `Correct ${setting} in ${source}, or remove it there to get the default.`,
});

export interface UnknownSetting {
  readonly setting: string;
  readonly source: string;
  readonly nearest: string | undefined;
}

export const settingUnknown = defineError("NSK-SETTING-UNKNOWN", {
  exitCode: 10,
  sentence: ({ setting }: UnknownSetting) => `There is no setting ${setting}.`,
  detail: ({ source }) => `It is set in ${source}.`,
  suggestion: ({ nearest, setting, source }) =>
    nearest === undefined ? `Remove ${setting} from ${source}.` : `Did you mean ${nearest}?`,
});

export interface FixedSetting {
  readonly setting: string;
  readonly source: string;
  readonly why: string;
  /** What a file may say without harm. */
  readonly value: string | undefined;
  readonly instead: string | undefined;
}

export const settingFixed = defineError("NSK-SETTING-FIXED", {
  exitCode: 10,
  sentence: ({ setting, value }: FixedSetting) =>
    value === undefined ? `${setting} is no setting here.` : `${setting} is always ${value} here.`,
  detail: ({ source, why }) => `It is set in ${source}. ${why}`,
  suggestion: ({ setting, source, instead }) =>
    `Remove ${setting} from ${source}${instead === undefined ? "" : `, and set ${instead} if you mean that`}.`,
});

export interface ContradictedSetting {
  readonly setting: string;
  readonly places: readonly { readonly text: string | undefined; readonly source: string }[];
}

export const settingContradicted = defineError("NSK-SETTING-CONTRADICTED", {
  exitCode: 10,
  sentence: ({ setting }: ContradictedSetting) => `${setting} has more than one value.`,
  detail: ({ places }) =>
    `${places.map(({ text, source }) => `${source} says ${JSON.stringify(text)}`).join(", ")}.`,
  suggestion: ({ setting, places }) =>
    `Say the same everywhere, or keep ${setting} only in ${places[0]?.source ?? "one place"}.`,
});

export interface WeakSecret {
  readonly setting: string;
  readonly source: string;
  readonly weakness: string;
  /** Whether the stack makes one of its own when nobody sets it. */
  readonly generated: boolean;
}

export const secretWeak = defineError("NSK-SECRET-WEAK", {
  exitCode: 10,
  sentence: ({ setting, weakness }: WeakSecret) => `${setting} protects nothing: ${weakness}.`,
  detail: ({ source }) => `It is set in ${source}. Mode enterprise does not start with it.`,
  suggestion: ({ setting, source, generated }) =>
    generated
      ? `Remove ${setting} from ${source}, and the stack generates one; or make one: ${setting}=$(openssl rand -hex 24)`
      : `Set ${setting} to the real one, or remove it from ${source}.`,
});

export interface UnreadableFile {
  readonly path: string;
  readonly reason: string;
}

export const settingsFileUnreadable = defineError("NSK-SETTINGS-FILE-UNREADABLE", {
  exitCode: 10,
  sentence: ({ path }: UnreadableFile) => `The settings file ${path} cannot be read.`,
  detail: ({ reason }) => reason,
  suggestion: ({ path }) => `Check that ${path} exists and is readable: ls -l ${path}`,
});

export interface BadStackName {
  readonly stack: string;
}

export const stackNameInvalid = defineError("NSK-STACK-NAME-INVALID", {
  exitCode: 10,
  sentence: ({ stack }: BadStackName) => `${JSON.stringify(stack)} cannot be the name of a stack.`,
  detail: () =>
    "The name becomes part of container and network names: lower-case letters, digits and '-', at most 20.",
  suggestion: () => "./nasiko --stack local local up",
});
