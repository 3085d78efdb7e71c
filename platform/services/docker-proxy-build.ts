import { telemetryMountEnv } from "./agent-telemetry.ts";
import { networkName } from "./names.ts";
import { defineService } from "./define-service.ts";
import type { EnvValue } from "./env-value.ts";
import { httpProbe } from "./http-probe.ts";
import { given } from "./given.ts";
import { agentBases, agentImagesRegistry, type AgentImagesRegistry } from "./platform-settings.ts";
import { platformImage } from "./service-spec.ts";
import { endpoint } from "./endpoint.ts";

/** What it lets through of the Docker API. */
export const DOCKER_PROXY_BUILD = endpoint("docker-proxy-build", 2375);

/** Seconds: the worker gives a build up first, and says why; this is for one that does not. */
const AFTER_WORKER = 60;

export const dockerProxyBuild = defineService(({ settings, has }) => ({
  kind: "service",
  name: DOCKER_PROXY_BUILD.host,
  summary: "Filter before the Docker socket: builds and runs agents for the worker, within rules",
  layer: "app",
  role: "docker-proxy",
  image: platformImage("docker-proxy"),
  dockerSocket: true,
  networks: ["control"],
  env: {
    NASIKO_PROXY_MODE: "build",
    NASIKO_STACK: settings.stack,
    NASIKO_AGENTS_NETWORK: networkName(settings, "agents"),
    ...pushEnv(agentImagesRegistry(settings, has)),
    NASIKO_BUILD_SECONDS: String(settings.buildTimeout + AFTER_WORKER),
    ...agentBases(settings),
    ...telemetryMountEnv({ settings, has }),
  },
  health: httpProbe(DOCKER_PROXY_BUILD.port, "/_health"),
  tmpfs: { "/tmp": "rw,noexec,nosuid,size=8m" },
  memory: "96MB",
  // The socket belongs to root; without capabilities that is all that root can do here.
  user: "0:0",
  stop: { signal: "SIGTERM", grace: "5s" },
}));

const pushEnv = (registry: AgentImagesRegistry | undefined): Readonly<Record<string, EnvValue>> =>
  given({ NASIKO_PUSH_REGISTRY: registry?.push ?? "", NASIKO_PUSH_LOGIN: registry?.login });
