import { defineService, onHost } from "./define-service.ts";
import { htpasswd, secret, type SecretRef, type Template, text } from "./env-value.ts";
import { publicImage, shell } from "./service-spec.ts";
import { endpoint } from "./endpoint.ts";

export const AGENT_REGISTRY = endpoint("agent-registry", 5000);

/** Whom the registry knows: the worker asks it what is there, and the engine pushes in its name. */
const USER = "nasiko-worker";
const PASSWORD: SecretRef = secret("agent-registry-password");

/** "user:password" */
export const AGENT_REGISTRY_LOGIN: Template = text`${USER}:${PASSWORD}`;

const LOGINS = "/tmp/htpasswd";

export const agentRegistry = defineService(({ settings }) => ({
  kind: "service",
  name: AGENT_REGISTRY.host,
  summary: "OCI registry that keeps the images of agents that the worker built",
  layer: "data",
  role: "controller",
  reachableBy: ["host"],
  image: publicImage("registry", "3.1.1"),
  // Docker refuses to copy files into a container whose root file system is read-only.
  entrypoint: ["sh", "-c"],
  command: [
    `umask 077; printf '%s\\n' "$AGENT_REGISTRY_LOGINS" > ${LOGINS}; unset AGENT_REGISTRY_LOGINS; exec registry serve /etc/distribution/config.yml`,
  ],
  volumes: [{ volume: "agent-registry-data", path: "/var/lib/registry" }],
  ports: [
    {
      name: "registry",
      internal: AGENT_REGISTRY.port,
      ...onHost(settings, "portAgentRegistry"),
    },
  ],
  // The engine pushes through the loopback port, which every user and every program of the machine reaches.
  networks: ["control"],
  env: {
    REGISTRY_HTTP_SECRET: secret("agent-registry-http-secret"),
    AGENT_REGISTRY_LOGINS: htpasswd(USER, PASSWORD),
    REGISTRY_AUTH: "htpasswd",
    REGISTRY_AUTH_HTPASSWD_REALM: "agents of Nasiko",
    REGISTRY_AUTH_HTPASSWD_PATH: LOGINS,
    REGISTRY_STORAGE_DELETE_ENABLED: "true",
    // From version 3 on it would look for a collector on its own host.
    OTEL_TRACES_EXPORTER: "none",
  },
  // Without a login it tells there that it is alive and that its storage answers, and no more.
  health: shell(`wget -q -O /dev/null http://127.0.0.1:${AGENT_REGISTRY.port}/`),
  tmpfs: { "/tmp": "rw,noexec,nosuid,size=16m,mode=1777" },
  memory: "128MB",
  // The official image's directory belongs to root; without capabilities root is the owner of its data, no more.
  user: "0:0",
  stop: { signal: "SIGTERM", grace: "20s" },
}));
