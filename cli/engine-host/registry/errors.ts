import { defineError } from "../../../platform/errors/define-error.ts";

export interface RegistryProblem {
  /** Host and port, e.g. "127.0.0.1:5000"; "docker.io" for Docker Hub. */
  readonly registry: string;
  readonly reason: string;
}

export const registrySilent = defineError("NSK-PUBLISH-UNREACHABLE", {
  exitCode: 45,
  sentence: ({ registry }: RegistryProblem) =>
    `Nothing can be published: the registry ${registry} does not answer as it should.`,
  detail: ({ reason }) => reason,
  suggestion: ({ registry }) => `curl -i ${apiUrl(registry)}   # a registry answers this with 200 or 401`,
});

export const publishLoginNeeded = defineError("NSK-PUBLISH-LOGIN", {
  exitCode: 46,
  sentence: ({ registry }: RegistryProblem) =>
    `Nothing can be published: ${registry} wants a login that may write.`,
  detail: ({ reason }) => reason,
  suggestion: ({ registry }) => `docker login ${registry === "docker.io" ? "" : registry}`.trimEnd(),
});

export const publishRefused = defineError("NSK-PUBLISH-REFUSED", {
  exitCode: 52,
  sentence: ({ reference }: RegistryProblem & { readonly reference: string }) =>
    `${reference} could not be published.`,
  detail: ({ reason }) => reason,
  suggestion: ({ reference }) => `docker push ${reference}   # shows the same without us`,
});

/** Where the API of a registry is; Docker speaks plain HTTP with registries of this machine, and with no other. */
export function apiUrl(registry: string): string {
  if (registry === "docker.io") return "https://registry-1.docker.io/v2/";
  const isHere = /^(?:localhost|127(?:\.\d{1,3}){3})(?::\d+)?$/.test(registry);
  return `${isHere ? "http" : "https"}://${registry}/v2/`;
}
