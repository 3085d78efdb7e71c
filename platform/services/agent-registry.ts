import { defineService, onHost } from "./define-service.ts";
import { secret } from "./env-value.ts";
import { publicImage, shell } from "./service-spec.ts";
import { endpoint } from "./endpoint.ts";

export const AGENT_REGISTRY = endpoint("agent-registry", 5000);

export const agentRegistry = defineService(({ settings }) => ({
  kind: "service",
  name: AGENT_REGISTRY.host,
  summary: "OCI registry that keeps the images of agents that the worker built",
  layer: "data",
  role: "controller",
  reachableBy: ["host"],
  image: publicImage("registry", "3.1.1"),
  volumes: [{ volume: "agent-registry-data", path: "/var/lib/registry" }],
  ports: [
    {
      name: "registry",
      internal: AGENT_REGISTRY.port,
      ...onHost(settings, "portAgentRegistry"),
    },
  ],
  // It has no authentication: nothing but the worker reaches it, and the engine pushes through the loopback port.
  networks: ["control"],
  env: {
    REGISTRY_HTTP_SECRET: secret("agent-registry-http-secret"),
    REGISTRY_STORAGE_DELETE_ENABLED: "true",
    // From version 3 on it would look for a collector on its own host.
    OTEL_TRACES_EXPORTER: "none",
  },
  health: shell(`wget -q -O /dev/null http://127.0.0.1:${AGENT_REGISTRY.port}/v2/`),
  tmpfs: { "/tmp": "rw,noexec,nosuid,size=16m,mode=1777" },
  memory: "128MB",
  // The official image's directory belongs to root; without capabilities root is the owner of its data, no more.
  user: "0:0",
  stop: { signal: "SIGTERM", grace: "20s" },
}));
