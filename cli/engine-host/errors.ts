import { defineError } from "../../platform/errors/define-error.ts";

export const contextUnknown = defineError("NSK-DOCKER-CONTEXT-UNKNOWN", {
  exitCode: 13,
  sentence: ({ name }: { readonly name: string; readonly folder: string }) =>
    `There is no docker context ${name}.`,
  detail: ({ folder }) => `Contexts are kept in ${folder}.`,
  suggestion: () => "docker context ls   # then DOCKER_CONTEXT=… or: docker context use …",
});

export const dockerHostInvalid = defineError("NSK-DOCKER-HOST-INVALID", {
  exitCode: 13,
  sentence: ({ host, source }: { readonly host: string; readonly source: string }) =>
    `${source} names no engine: "${host}".`,
  detail: () => "Allowed: unix:///path, tcp://host:port, http(s)://host:port, ssh://user@host.",
  suggestion: () => "unset DOCKER_HOST DOCKER_CONTEXT   # then the default socket is used",
});
