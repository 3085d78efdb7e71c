import { defineError } from "../../../platform/errors/define-error.ts";

export const chatLoginNeeded = defineError("NSK-CHAT-LOGIN", {
  exitCode: 62,
  sentence: ({ stack }: { readonly stack: string }) =>
    `Stack ${stack} answers nobody who is not logged in, or this user may not ask.`,
  suggestion: ({ stack }) => `./nasiko --stack ${stack} login`,
});

export const routerRefused = defineError("NSK-CHAT-REFUSED", {
  exitCode: 68,
  sentence: ({ status, message }: { readonly status: number; readonly message: string }) =>
    `The question was not taken: ${message === "" ? `status ${status}` : message}.`,
  suggestion: () => "./nasiko local status nasiko-router",
});

export const questionMissing = defineError("NSK-QUESTION-MISSING", {
  exitCode: 2,
  sentence: () => "There is no question.",
  suggestion: () => 'nasiko chat "translate good morning to french"',
});
