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

export interface UnreadableCertificates {
  readonly file: string;
  /** Who names the engine, e.g. "DOCKER_HOST". */
  readonly source: string;
  readonly why: string;
}

export const certificatesUnreadable = defineError("NSK-DOCKER-CERTIFICATES", {
  exitCode: 13,
  sentence: ({ file }: UnreadableCertificates) => `The certificate ${file} for the engine cannot be read.`,
  detail: ({ source, why }) =>
    `The engine is that of ${source}, with DOCKER_TLS_VERIFY or its own folder: ${why}`,
  suggestion: () => "ls -l ${DOCKER_CERT_PATH:-~/.docker}   # ca.pem, cert.pem and key.pem have to be there",
});
