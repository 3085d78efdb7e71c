import { defineError } from "../../../platform/errors/define-error.ts";

export const tracesAbsent = defineError("NSK-TRACES-ABSENT", {
  exitCode: 67,
  sentence: ({ stack }: { readonly stack: string }) => `Stack ${stack} keeps no traces.`,
  detail: () => "They are kept by Phoenix, and brought there by the collector.",
  suggestion: ({ stack }) => `./nasiko --stack ${stack} local up phoenix otel-collector`,
});

export const tracesUnreachable = defineError("NSK-TRACES-UNREACHABLE", {
  exitCode: 67,
  sentence: ({ url }: { readonly url: string; readonly reason: string }) =>
    `Phoenix at ${url}, which keeps the traces, does not answer.`,
  detail: ({ reason }) => reason,
  suggestion: () => "./nasiko local status phoenix",
});

export const traceUnknown = defineError("NSK-TRACE-UNKNOWN", {
  exitCode: 67,
  sentence: ({ id }: { readonly id: string }) => `There is no trace ${JSON.stringify(id)}.`,
  detail: () => "The last spans of a request arrive a few seconds after its answer.",
  suggestion: () => "./nasiko traces",
});
