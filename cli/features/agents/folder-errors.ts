import { defineError } from "../../../platform/errors/define-error.ts";

const variableNameInvalid = defineError("NSK-VARIABLE-NAME-INVALID", {
  exitCode: 2,
  sentence: ({ name }: { readonly name: string }) =>
    `${JSON.stringify(name)} cannot be the name of a variable.`,
  detail: () => "Letters, digits and '_', not beginning with a digit.",
  suggestion: () => "./nasiko agent secret set translator OPENAI_API_KEY",
});

/** @throws NSK-VARIABLE-NAME-INVALID */
export function requireVariableName(name: string): void {
  if (!/^[A-Za-z_]\w*$/.test(name)) throw variableNameInvalid({ name });
}

export const secretEmpty = defineError("NSK-SECRET-EMPTY", {
  exitCode: 2,
  sentence: ({ variable }: { readonly agent: string; readonly variable: string }) =>
    `Nothing was stored: ${variable} has no value.`,
  detail: () => "It is read from standard input, or asked for on a terminal; never from the command line.",
  suggestion: ({ agent, variable }) => `./nasiko agent secret set ${agent} ${variable} < file-with-the-key`,
});

export const secretUnknown = defineError("NSK-SECRET-UNKNOWN", {
  exitCode: 11,
  sentence: ({ agent, variable }: { readonly agent: string; readonly variable: string }) =>
    `Agent ${agent} has no secret ${variable}.`,
  suggestion: () => "./nasiko agent secret list",
});

export const languageUnknown = defineError("NSK-LANGUAGE-UNKNOWN", {
  exitCode: 2,
  sentence: ({ language }: { readonly language: string; readonly known: readonly string[] }) =>
    `There is no template for an agent in ${language}.`,
  suggestion: ({ known }) => `Choose one of these: ${known.join(", ")}.`,
});

export const folderExists = defineError("NSK-FOLDER-EXISTS", {
  exitCode: 11,
  sentence: ({ folder }: { readonly folder: string }) => `${folder} is there already; nothing was written.`,
  suggestion: ({ folder }) => `Choose another name or path, or look at what is there: ls ${folder}`,
});
