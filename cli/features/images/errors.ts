import { defineError } from "../../../platform/errors/define-error.ts";

export const tagTaken = defineError("NSK-TAG-TAKEN", {
  exitCode: 51,
  sentence: ({ reference }: { readonly reference: string; readonly digest: string }) =>
    `${reference} is there already, with other content.`,
  detail: ({ digest }) =>
    `It is ${digest}. Nothing was pushed: who pulled the tag would get something else now.`,
  suggestion: () =>
    "./nasiko images publish --tag <another>   # or --replace, to let the tag name what is here",
});
