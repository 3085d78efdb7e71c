import { defineError } from "../../../platform/errors/define-error.ts";

export const gatewayUnreachable = defineError("NSK-GATEWAY-UNREACHABLE", {
  exitCode: 60,
  sentence: ({ gateway }: { readonly gateway: string; readonly reason: string }) =>
    `The gateway at ${gateway} does not answer.`,
  detail: ({ reason }) => reason,
  suggestion: () => "./nasiko local status",
});

export const gatewayPlain = defineError("NSK-GATEWAY-PLAIN", {
  exitCode: 60,
  sentence: ({ gateway }: { readonly gateway: string }) =>
    `The gateway at ${gateway} is another machine's and speaks no TLS, so no login is sent to it.`,
  detail: () => "Whoever is in between would read it.",
  suggestion: () => "NASIKO_GATEWAY_TLS=true ./nasiko local up",
});

export const gatewayAbsent = defineError("NSK-GATEWAY-ABSENT", {
  exitCode: 60,
  sentence: ({ stack }: { readonly stack: string }) => `Stack ${stack} has no gateway.`,
  suggestion: ({ stack }) => `./nasiko --stack ${stack} local up kong-service-registry`,
});
