import { AGENT_TELEMETRY, telemetryMountEnv } from "./agent-telemetry.ts";
import { networkName } from "./names.ts";
import { baseIdentity } from "../images/base-recipes.ts";
import { PUBLIC_BASES } from "../images/public-bases.ts";
import type { Settings } from "../settings/settings.ts";
import { needsAuth, uploadedAgentsCredentials } from "./auth-settings.ts";
import { defineService } from "./define-service.ts";
import { confidential, given, modelKeys } from "./given.ts";
import {
  agentBases,
  agentImagesRegistry,
  type AgentImagesRegistry,
  AGENTS_VOLUME,
  GATEWAY_SECRET,
  publicGatewayUrl,
  REGISTRY_TOKEN,
  SERVICE_TOKEN,
} from "./platform-settings.ts";
import type { EnvValue } from "./env-value.ts";
import { platformImage, type HealthCheck } from "./service-spec.ts";
import { DOCKER_PROXY_BUILD } from "./docker-proxy-build.ts";
import { SERVICE_REGISTRY } from "./kong-service-registry.ts";
import { BACKEND } from "./nasiko-backend.ts";
import { OLLAMA } from "./ollama-settings.ts";
import { REDIS_URL } from "./redis.ts";
import { reportsTraces } from "./otel-collector-config.ts";
import { TELEMETRY_SECRET, telemetryEnv, uploadedAgentsTelemetry } from "./telemetry-env.ts";

/** Seconds without a sign of the loop after which it counts as dead; it gives one every 5 at the latest. */
const SILENCE = 30;

/** The loop writes when Redis last answered it; bash alone reads that and the clock. */
export const WORKER_HEALTH: HealthCheck = {
  test: ["CMD", "bash", "-c", `read -r beat < /tmp/heartbeat && (( EPOCHSECONDS - beat < ${SILENCE} ))`],
};

export const nasikoWorker = defineService(({ settings, has }) => ({
  kind: "service",
  name: "nasiko-worker",
  summary: "Builds, starts and replaces agents that were uploaded",
  layer: "app",
  role: "controller",
  image: platformImage("nasiko-worker"),
  volumes: [{ ...AGENTS_VOLUME, readOnly: true }],
  // Among the apps is the collector; nothing of the worker listens there.
  networks: ["control", "app", "data"],
  env: {
    ...telemetryEnv({ settings, has }, "nasiko-worker"),
    ...uploadedAgentsTelemetry({ settings, has }),
    ...(reportsTraces({ settings, has }) ? { TELEMETRY_SECRET } : {}),
    DOCKER_HOST: `tcp://${DOCKER_PROXY_BUILD.address}`,
    REDIS_URL,
    NASIKO_STACK: settings.stack,
    NASIKO_AGENTS_NETWORK: networkName(settings, "agents"),
    NASIKO_API_URL: BACKEND.url,
    NASIKO_SERVICE_TOKEN: SERVICE_TOKEN,
    AGENTS_ROOT: AGENTS_VOLUME.path,
    KONG_SERVICE_REGISTRY_URL: SERVICE_REGISTRY.url,
    NASIKO_REGISTRY_TOKEN: REGISTRY_TOKEN,
    AGENTS_GATEWAY_SECRET: GATEWAY_SECRET,
    PUBLIC_GATEWAY_URL: publicGatewayUrl(settings),
    NASIKO_BASE_IMAGES: baseImages(settings),
    AGENT_MEMORY_MB: String(settings.agentMemory),
    AGENT_CPUS: String(settings.agentCpus),
    WORKER_BUILD_SECONDS: String(settings.buildTimeout),
    WORKER_IMAGE_MB: String(settings.agentImageSize),
    ...agentBases(settings),
    ...registryEnv(agentImagesRegistry(settings, has)),
    ...(has("ollama") ? { OLLAMA_SERVER: OLLAMA.url } : {}),
    // Keys go to the agents that the operator names, when they run, never into an image.
    ...(settings.agentKeysFor.length === 0 ? {} : { NASIKO_AGENT_KEYS_FOR: settings.agentKeysFor.join(",") }),
    ...modelKeys(settings),
    ...uploadedAgentsCredentials(settings),
    ...langtraceEnv(settings),
    ...telemetryMountEnv({ settings, has }),
    ...(settings.agentInstrumentationOff.length === 0
      ? {}
      : { NASIKO_AGENT_INSTRUMENTATION_OFF: settings.agentInstrumentationOff.join(",") }),
  },
  dependsOn: {
    redis: "healthy",
    "docker-proxy-build": "healthy",
    "kong-service-registry": "healthy",
    "nasiko-backend": "healthy",
    ...needsAuth(settings),
    ...(has("agent-registry") ? { "agent-registry": "healthy" } : {}),
  },
  after: { [AGENT_TELEMETRY]: "completed" },
  health: WORKER_HEALTH,
  tmpfs: { "/tmp": "rw,noexec,nosuid,size=8m,mode=1777" },
  memory: "192MB",
  user: "1000:1000",
  stop: { signal: "SIGTERM", grace: "15s" },
}));

function registryEnv(registry: AgentImagesRegistry | undefined): Readonly<Record<string, EnvValue>> {
  return given({
    AGENT_REGISTRY_URL: registry?.inside,
    AGENT_REGISTRY_PUSH: registry?.push,
    AGENT_REGISTRY_LOGIN: registry?.login,
  });
}

/** A Langtrace elsewhere: the platform's own is out of agents' reach and fed by the collector. */
function langtraceEnv(settings: Settings): Readonly<Record<string, EnvValue>> {
  if (!settings.langtraceEnabled) return {};
  return given({
    LANGTRACE_ENABLED: "true",
    LANGTRACE_API_KEY: confidential(settings.langtraceApiKey),
    LANGTRACE_API_HOST: settings.langtraceApiHost,
  });
}

/** What stands in for public bases in an upload's Dockerfile, as in those of the program's agents. */
function baseImages({ publicImages }: Settings): string {
  if (publicImages !== "offline") return "[]";
  const bases = PUBLIC_BASES.map(({ repository, tags, version, example, base }) => {
    const { name, hash, reference } = baseIdentity(base);
    return { repository, tags, version, example, reference, identity: `${name}@${hash}` };
  });
  return JSON.stringify(bases);
}
