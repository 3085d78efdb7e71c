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
