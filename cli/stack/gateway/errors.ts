import { defineError } from "../../../platform/errors/define-error.ts";

export const gatewayUnreachable = defineError("NSK-GATEWAY-UNREACHABLE", {
  exitCode: 60,
  sentence: ({ gateway }: { readonly gateway: string; readonly reason: string }) =>
    `The gateway at ${gateway} does not answer.`,
  detail: ({ reason }) => reason,
  suggestion: () => "./nasiko local status",
});

export const gatewayAbsent = defineError("NSK-GATEWAY-ABSENT", {
  exitCode: 60,
  sentence: ({ stack }: { readonly stack: string }) => `Stack ${stack} has no gateway.`,
  suggestion: ({ stack }) => `./nasiko --stack ${stack} local up kong-service-registry`,
});
