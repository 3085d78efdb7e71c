import { defineError } from "../../../platform/errors/define-error.ts";

interface OfStack {
  readonly stack: string;
}

export const modeIsSimple = defineError("NSK-MODE-SIMPLE", {
  exitCode: 61,
  sentence: ({ stack }: OfStack) => `Stack ${stack} has no users: it runs in mode simple.`,
  detail: () => "In mode simple whoever sends a token of any kind is the one default user.",
  suggestion: ({ stack }) => `AUTH_MODE=enterprise ./nasiko --stack ${stack} local up`,
});

export const notLoggedIn = defineError("NSK-NOT-LOGGED-IN", {
  exitCode: 62,
  sentence: ({ stack, reason }: OfStack & { readonly reason: string }) =>
    `Nobody is logged in to stack ${stack}: ${reason}.`,
  suggestion: ({ stack }) => `./nasiko --stack ${stack} login`,
});

export const loginRefused = defineError("NSK-LOGIN-REFUSED", {
  exitCode: 62,
  sentence: ({ stack }: OfStack) => `Stack ${stack} does not know this access key with this secret.`,
  detail: () => "A user's credentials change when they are regenerated; a revoked user cannot log in.",
  suggestion: ({ stack }) => `./nasiko --stack ${stack} login --super-user`,
});

export const noSuperUser = defineError("NSK-NO-SUPER-USER", {
  exitCode: 61,
  sentence: ({ stack }: OfStack) => `The state of stack ${stack} holds no super user.`,
  detail: () =>
    "The super user is an output of a stack that was brought up in mode enterprise from this state.",
  suggestion: ({ stack }) => `AUTH_MODE=enterprise ./nasiko --stack ${stack} local up`,
});

export const credentialsMissing = defineError("NSK-CREDENTIALS-MISSING", {
  exitCode: 2,
  sentence: ({ stack }: OfStack) => `An access key and its secret are needed to log in to stack ${stack}.`,
  detail: () =>
    "Without a terminal nobody can be asked. The secret comes through a pipe: command lines can be read by others.",
  suggestion: ({ stack }) =>
    `./nasiko --stack ${stack} login --access-key NASK_… --secret-stdin < secret.txt`,
});

export const accessDenied = defineError("NSK-ACCESS-DENIED", {
  exitCode: 63,
  sentence: ({ reason }: { readonly reason: string }) => `The platform refuses: ${reason}.`,
  suggestion: () => "./nasiko whoami",
});

export const requestRefused = defineError("NSK-REQUEST-REFUSED", {
  exitCode: 64,
  sentence: ({ reason }: { readonly reason: string }) => `The platform does not do that: ${reason}.`,
  suggestion: () => "./nasiko user list",
});

export const authUnavailable = defineError("NSK-AUTH-UNAVAILABLE", {
  exitCode: 65,
  sentence: ({ stack }: OfStack & { readonly status: number }) =>
    `The authentication service of stack ${stack} cannot answer.`,
  detail: ({ status }) => `The gateway says ${status}.`,
  suggestion: ({ stack }) => `./nasiko --stack ${stack} local status`,
});

export const tooManyAttempts = defineError("NSK-TOO-MANY-ATTEMPTS", {
  exitCode: 66,
  sentence: ({ seconds }: { readonly seconds: number }) =>
    `There were too many attempts to log in; the next one counts in ${seconds} s.`,
  suggestion: ({ seconds }) => `sleep ${seconds} && ./nasiko login`,
});

export const userUnknown = defineError("NSK-USER-UNKNOWN", {
  exitCode: 64,
  sentence: ({ user }: { readonly user: string; readonly nearest: string | undefined }) =>
    `There is no user ${JSON.stringify(user)}.`,
  suggestion: ({ nearest }) => (nearest === undefined ? "./nasiko user list" : `Did you mean ${nearest}?`),
});

export const secretUnseen = defineError("NSK-SECRET-UNSEEN", {
  exitCode: 2,
  sentence: ({ command }: { readonly command: string }) =>
    `Nothing was done by ${JSON.stringify(command)}: its secret is shown once, and here nobody would see it.`,
  detail: () => "The result goes to no terminal. A secret that is lost can only be replaced by a new one.",
  suggestion: ({ command }) => `./nasiko ${command} --show-secrets`,
});

export const granteeMissing = defineError("NSK-GRANTEE-MISSING", {
  exitCode: 2,
  sentence: ({ agent }: { readonly agent: string }) => `Who may call agent ${agent}, or no longer may?`,
  suggestion: ({ agent }) => `./nasiko access grant ${agent} --user alice`,
});
