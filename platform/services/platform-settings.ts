import { hostPort } from "../settings/ports.ts";
import { isLoopback } from "../settings/loopback.ts";
import type { Settings } from "../settings/settings.ts";
import type { ServiceContext } from "./define-service.ts";
import { type EnvValue, secret, type SecretRef } from "./env-value.ts";
import { given } from "./given.ts";
import { speaksTls } from "./gateway-tls.ts";
import type { VolumeMount } from "./service-spec.ts";
import { AGENT_REGISTRY, AGENT_REGISTRY_LOGIN } from "./agent-registry.ts";

/** What the platform's own services have in common. */

/** By this the platform's services know each other. */
export const SERVICE_TOKEN: SecretRef = secret("service-token");

/** Opens everything that the service registry knows, to the operator and to the platform's own services. */
export const REGISTRY_TOKEN: SecretRef = secret("registry-token");

/** From it each agent's own secret is derived, by which it knows the gateway. */
export const GATEWAY_SECRET: SecretRef = secret("agents-gateway-secret");

/** Uploaded agents: the backend writes, the worker reads. */
export const AGENTS_VOLUME: VolumeMount = { volume: "agents-data", path: "/app/agents" };

/** The gateway, as people reach it: over a network with TLS, where it speaks TLS. */
export const publicGatewayUrl = (settings: Settings): string =>
  settings.gatewayHttp && (isLoopback(settings.engineHost) || !speaksTls(settings))
    ? `http://${settings.engineHost}:${hostPort(settings, "portKong")}`
    : `https://${settings.engineHost}:${hostPort(settings, "portKongSsl")}`;

/** Where agents' images are pushed to. */
export interface AgentImagesRegistry {
  /** As the worker reaches it. */
  readonly inside: string;
  /** As the engine reaches it. */
  readonly push: string;
  /** What opens it, "user:password"; undefined: it asks for nothing. */
  readonly login?: EnvValue;
}

/** The registry of agents' images that somebody named, else the platform's own; undefined: there is none. */
export function agentImagesRegistry(
  settings: Settings,
  has: ServiceContext["has"],
): AgentImagesRegistry | undefined {
  const { agentRegistryUrl: named } = settings;
  if (named !== undefined) return { inside: named, push: named };
  if (!has(AGENT_REGISTRY.host)) return undefined;
  // The engine pushes through the port that is published to its loopback.
  const push = `127.0.0.1:${hostPort(settings, "portAgentRegistry")}`;
  return { inside: AGENT_REGISTRY.address, push, login: AGENT_REGISTRY_LOGIN };
}

/** What an upload may stand on: backend, worker and build proxy check its Dockerfile by the same list. */
export const agentBases = ({ agentBases: bases }: Settings): Readonly<Record<string, EnvValue>> =>
  given({ NASIKO_AGENT_BASES: bases?.join(",") });

export const mongoPassword = ({ mongoRootPassword }: Settings): SecretRef =>
  secret("mongodb-password", mongoRootPassword);
