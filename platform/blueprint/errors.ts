import { suggestName } from "../agents/agent-name.ts";
import { defineError } from "../errors/define-error.ts";

const NEXT_STEP = "Correct the service in platform/services.";

export const serviceNameTwice = defineError("NSK-SERVICE-TWICE", {
  exitCode: 11,
  sentence: ({ name }: { readonly name: string }) => `Two services are called ${name}.`,
  suggestion: () => NEXT_STEP,
});

export const serviceOfOtherMode = defineError("NSK-SERVICE-OF-OTHER-MODE", {
  exitCode: 11,
  sentence: ({ name, modes }: { readonly name: string; readonly modes: readonly string[] }) =>
    `${name} exists in mode ${modes.join(" or ")} only.`,
  suggestion: ({ modes }) => `AUTH_MODE=${modes[0] ?? ""} ./nasiko local up`,
});

export const dependencyUnknown = defineError("NSK-DEPENDENCY-UNKNOWN", {
  exitCode: 11,
  sentence: ({ service, needs }: { readonly service: string; readonly needs: string }) =>
    `${service} depends on ${needs}, which does not exist.`,
  suggestion: () => NEXT_STEP,
});

export const dependencyCyclic = defineError("NSK-DEPENDENCY-CYCLE", {
  exitCode: 11,
  sentence: ({ cycle }: { readonly cycle: readonly string[] }) =>
    `Services wait for each other: ${cycle.join(" → ")}.`,
  suggestion: () => NEXT_STEP,
});

export const dependencyImpossible = defineError("NSK-DEPENDENCY-IMPOSSIBLE", {
  exitCode: 11,
  sentence: ({
    service,
    needs,
    condition,
  }: {
    readonly service: string;
    readonly needs: string;
    readonly condition: string;
  }) => `${service} waits for ${needs} to be ${condition}, which it never is.`,
  detail: () => "A job is completed, a service is healthy.",
  suggestion: () => NEXT_STEP,
});

export const dependencyUpwards = defineError("NSK-DEPENDENCY-UPWARDS", {
  exitCode: 11,
  sentence: ({
    service,
    layer,
    needs,
    needsLayer,
  }: {
    readonly service: string;
    readonly layer: string;
    readonly needs: string;
    readonly needsLayer: string;
  }) => `${service} (layer ${layer}) depends on ${needs} of the later layer ${needsLayer}.`,
  suggestion: () => NEXT_STEP,
});

export const fileNeedsWritableRoot = defineError("NSK-FILE-READ-ONLY", {
  exitCode: 11,
  sentence: ({ service }: { readonly service: string }) =>
    `${service} has files but a read-only root file system: Docker cannot copy them in.`,
  suggestion: () => "Set readOnly: false in the service, or pass the content in its environment.",
});

export interface PortTwice {
  readonly port: number;
  readonly services: readonly string[];
  readonly setting: string;
  /** One that no service of the stack wants; whether anything else on the machine has it, nobody has asked yet. */
  readonly freePort: number;
}

export const hostPortTwice = defineError("NSK-PORT-TWICE", {
  exitCode: 12,
  sentence: ({ port, services }: PortTwice) => `Host port ${port} is wanted by ${services.join(" and ")}.`,
  suggestion: ({ setting, freePort }) => `${setting}=${freePort} ./nasiko local up`,
});

export const hostPortOutOfRange = defineError("NSK-PORT-RANGE", {
  exitCode: 12,
  sentence: ({
    port,
    service,
  }: {
    readonly port: number;
    readonly service: string;
    readonly setting: string;
  }) => `Host port ${port} of ${service} is above 65535.`,
  suggestion: ({ setting }) => `Choose a smaller NASIKO_PORT_OFFSET, or set ${setting}.`,
});

export const agentNameInvalid = defineError("NSK-AGENT-NAME-INVALID", {
  exitCode: 11,
  sentence: ({ name }: { readonly name: string }) =>
    `${JSON.stringify(name)} cannot be the name of an agent.`,
  detail: () => "It becomes part of host names and routes: lower-case letters, digits and '-', at most 40.",
  suggestion: ({ name }) => `Rename it in NASIKO_AGENTS or nasiko:agents, e.g. ${suggestName(name)}`,
});

export const agentNameTaken = defineError("NSK-AGENT-NAME-TAKEN", {
  exitCode: 11,
  sentence: ({ name }: { readonly name: string }) =>
    `${name} is a service of the platform, so no agent can have that name.`,
  suggestion: () => "Rename it in NASIKO_AGENTS or nasiko:agents.",
});

export const agentFolderMissing = defineError("NSK-AGENT-FOLDER-MISSING", {
  exitCode: 11,
  sentence: ({ name, folder }: { readonly name: string; readonly folder: string }) =>
    `The folder of agent ${name} does not exist: ${folder}`,
  suggestion: ({ name }) => `NASIKO_AGENTS=${name}=<folder with a Dockerfile> ./nasiko local up`,
});

export const serviceUnknown = defineError("NSK-SERVICE-UNKNOWN", {
  exitCode: 11,
  sentence: ({ name }: { readonly name: string; readonly nearest: string | undefined }) =>
    `There is no service ${name}.`,
  suggestion: ({ nearest }) => (nearest === undefined ? "./nasiko services" : `Did you mean ${nearest}?`),
});

export const serviceNeeded = defineError("NSK-SERVICE-NEEDED", {
  exitCode: 11,
  sentence: ({ name, neededBy }: { readonly name: string; readonly neededBy: string }) =>
    `${name} cannot be left out: ${neededBy} needs it.`,
  suggestion: ({ name, neededBy }) => `./nasiko local up --without ${name},${neededBy}`,
});

export const gatewayUnusable = defineError("NSK-GATEWAY-UNUSABLE", {
  exitCode: 11,
  sentence: ({ reason }: { readonly reason: string; readonly mend: string }) =>
    `The gateway cannot be set up: ${reason}.`,
  suggestion: ({ mend }) => mend,
});

export const blueprintFileUnusable = defineError("NSK-BLUEPRINT-FILE-UNUSABLE", {
  exitCode: 11,
  sentence: ({ file }: { readonly file: string; readonly reason: string }) =>
    `The blueprint in ${file}, which was built for this run, cannot be used.`,
  detail: ({ reason }) => reason,
  suggestion: () => "unset NASIKO_BLUEPRINT_FILE && ./nasiko local up",
});
