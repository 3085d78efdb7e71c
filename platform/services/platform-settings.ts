import { hostPort } from "../settings/ports.ts";
import type { Settings } from "../settings/settings.ts";
import type { ServiceContext } from "./define-service.ts";
import { secret, text, type SecretRef, type Template } from "./env-value.ts";
import type { VolumeMount } from "./service-spec.ts";

/** What the platform's own services have in common. */

/** By this the platform's services know each other. */
export const SERVICE_TOKEN: SecretRef = secret("service-token");

export const REDIS_URL: Template = text`redis://:${secret("redis-password")}@redis:6379/0`;

/** Uploaded agents: the backend writes, the worker reads. */
export const AGENTS_VOLUME: VolumeMount = { volume: "agents-data", path: "/app/agents" };

/** Inside the platform's own network. */
export const GATEWAY_URL = "http://kong:8000";
export const SERVICE_REGISTRY_URL = "http://kong-service-registry:8080";
export const BACKEND_URL = "http://nasiko-backend:8000";
export const CHAT_URL = "http://nasiko-chat-history:8002";

/** The gateway, as people reach it. */
export const publicGatewayUrl = (settings: Settings): string =>
  settings.gatewayHttp
    ? `http://${settings.engineHost}:${hostPort(settings, "portKong")}`
    : `https://${settings.engineHost}:${hostPort(settings, "portKongSsl")}`;

/** Where agents' images are pushed to. */
export interface AgentImagesRegistry {
  /** As the worker reaches it. */
  readonly inside: string;
  /** As the engine reaches it. */
  readonly push: string;
}

/** The registry of agents' images that somebody named, else the platform's own; undefined: there is none. */
export function agentImagesRegistry(
  settings: Settings,
  has: ServiceContext["has"],
): AgentImagesRegistry | undefined {
  const { agentRegistryUrl: named } = settings;
  if (named !== undefined) return { inside: named, push: named };
  if (!has("agent-registry")) return undefined;
  // The engine pushes through the port that is published to its loopback.
  const push = `127.0.0.1:${hostPort(settings, "portAgentRegistry")}`;
  return { inside: "agent-registry:5000", push };
}

export const mongoPassword = ({ mongoRootPassword }: Settings): SecretRef =>
  secret("mongodb-password", mongoRootPassword);
