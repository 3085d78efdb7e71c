/** What particular services may, by name, and nobody else: permanent parts of the design, unlike waivers. */

/** The filtering proxies before the Docker socket; nothing else mounts it. */
export const SOCKET_HOLDERS: readonly string[] = ["docker-proxy-read", "docker-proxy-build"];

/** Capabilities on top of none. */
export const CAPABILITIES: Readonly<Record<string, readonly string[]>> = {};

/** Stores that nothing outside the platform talks to; published only on request. */
export const DATA_STORES: readonly string[] = [
  "mongodb",
  "redis",
  "kong-database",
  "langtrace-postgres",
  "langtrace-clickhouse",
  "agents-mongo",
  "nasiko-auth-redis",
];

/** The agents' own stores: on their network alone, and nothing of the platform is in them. */
export const AGENT_STORES: readonly string[] = ["agents-mongo"];

/** Stands on every network: the one way from agents to the platform. */
export const GATEWAY = "kong";

/** Services that people or the engine reach from this machine. */
export const PUBLISHERS: readonly string[] = [
  GATEWAY,
  "kong-service-registry",
  "agent-registry",
  "konga",
  "langtrace",
  "n8n",
  "nasiko-web",
  "nasiko-backend",
  "nasiko-auth-service",
  "ollama",
  "phoenix",
];

/** Ports below 1024 that a gateway may take. */
export const LOW_PORTS: readonly number[] = [80, 443];
