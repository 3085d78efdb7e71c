import { AUTH_SERVICE, AUTH_SERVICE_PORT, isEnterprise, needsAuth } from "./auth-settings.ts";
import { defineService, onHost, type ServiceContext } from "./define-service.ts";
import { httpProbe } from "./http-probe.ts";
import { OLLAMA_SERVER } from "./ollama-settings.ts";
import { GATEWAY_SECRET, publicGatewayUrl, REGISTRY_TOKEN } from "./platform-settings.ts";
import { platformImage } from "./service-spec.ts";
import { DOCKER_PROXY_READ } from "./docker-proxy-read.ts";
import { endpoint } from "./endpoint.ts";
import { PROMETHEUS_SERVICE, REGISTRY_SERVICE } from "./names.ts";
import { GATEWAY, KONG_ADMIN } from "./kong.ts";
import { allowedHostsEnv, ownNames, ownOrigins } from "./own-names.ts";
import {
  COLLECTOR,
  COLLECTOR_INTAKE,
  COLLECTOR_SERVER,
  reportsMetrics,
  reportsTraces,
} from "./otel-collector-config.ts";
import { TELEMETRY_SECRET, telemetryEnvByGateway } from "./telemetry-env.ts";
import type { EnvValue } from "./env-value.ts";

/** Where the platform's own services ask it for agents. */
export const SERVICE_REGISTRY = endpoint(REGISTRY_SERVICE, 8080);

/** Services that the gateway gets a route to, by the variable that tells the registry where they are. */
const ROUTED = {
  KONG_BACKEND_HOST: "nasiko-backend",
  KONG_ROUTER_HOST: "nasiko-router",
  KONG_WEB_HOST: "nasiko-web",
  KONG_N8N_HOST: "n8n",
};

export const kongServiceRegistry = defineService(({ settings, has }) => ({
  kind: "service",
  name: REGISTRY_SERVICE,
  summary: "Admits agents whose card can be read and keeps the gateway's routes in step",
  layer: "gateway",
  role: "controller",
  reachableBy: ["host", "agents"],
  image: platformImage("service-registry"),
  networks: ["control", "agents"],
  ports: [
    {
      name: "status",
      internal: SERVICE_REGISTRY.port,
      ...onHost(settings, "portServiceRegistry"),
      url: { label: "Service registry", path: "/status" },
    },
  ],
  env: {
    ...telemetryEnvByGateway({ settings, has }, REGISTRY_SERVICE, COLLECTOR.host),
    ...telemetryRoutes({ settings, has }),
    DOCKER_HOST: `tcp://${DOCKER_PROXY_READ.address}`,
    KONG_ADMIN_URL: KONG_ADMIN.url,
    NASIKO_STACK: settings.stack,
    PORT: String(SERVICE_REGISTRY.port),
    NASIKO_REGISTRY_TOKEN: REGISTRY_TOKEN,
    AGENTS_GATEWAY_SECRET: GATEWAY_SECRET,
    ...(has(PROMETHEUS_SERVICE) ? { GATEWAY_COUNTS_REQUESTS: "true" } : {}),
    ...(has("ollama") ? { KONG_OLLAMA_HOST: OLLAMA_SERVER.address } : {}),
    REGISTRY_INTERVAL: String(settings.registryInterval),
    KONG_REGISTRY_HOST: REGISTRY_SERVICE,
    ...allowedHostsEnv(settings, SERVICE_REGISTRY.host),
    GATEWAY_HOSTS: ownNames(settings, GATEWAY.host).join(","),
    PUBLIC_GATEWAY_URL: publicGatewayUrl(settings),
    GATEWAY_CORS_ORIGINS: ownOrigins({ settings, has }).join(","),
    ...(isEnterprise(settings)
      ? {
          AUTH_MODE: settings.authMode,
          KONG_AUTH_HOST: AUTH_SERVICE,
          KONG_AUTH_PORT: String(AUTH_SERVICE_PORT),
        }
      : {}),
    ...Object.fromEntries(Object.entries(ROUTED).filter(([, service]) => has(service))),
  },
  dependsOn: { kong: "healthy", "docker-proxy-read": "healthy", ...needsAuth(settings) },
  // /status is 200 only while it reaches both the gateway and Docker; /health would only say that it runs.
  health: httpProbe(SERVICE_REGISTRY.port, "/status"),
  tmpfs: { "/tmp": "rw,noexec,nosuid,size=8m" },
  // The gateway's guards are some eighty writes, which a busy machine may take a second each for.
  readyWithin: "4m",
  memory: "160MB",
  user: "1000:1000",
  stop: { signal: "SIGTERM", grace: "10s" },
}));

/** What the gateway lets through to the collector, and reports itself. */
const telemetryRoutes = (context: ServiceContext): Readonly<Record<string, EnvValue>> =>
  reportsTraces(context)
    ? {
        GATEWAY_COLLECTOR_URL: COLLECTOR_SERVER.url,
        TELEMETRY_INTAKE: COLLECTOR_INTAKE.address,
        TELEMETRY_SIGNALS: reportsMetrics(context) ? "traces,metrics" : "traces",
        TELEMETRY_SECRET,
      }
    : {};
