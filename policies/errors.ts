import { defineError } from "../platform/errors/define-error.ts";
import type { Violation } from "./evaluate.ts";

export const policyViolated = defineError("NSK-POLICY-VIOLATED", {
  exitCode: 3,
  sentence: ({ rule, subject, message }: Violation & { readonly title: string }) =>
    `Rule ${rule}: ${subject} ${message}.`,
  detail: ({ title, rule }) =>
    `${rule} asks for: ${title}. It is mandatory on this stack, and nothing was changed.`,
  suggestion: () =>
    "./nasiko preview --security   # every rule; waivers with reason and date: policies/waivers.ts",
});
