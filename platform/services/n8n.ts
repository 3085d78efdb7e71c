import { hostPort } from "../settings/ports.ts";
import { defineService, onHost } from "./define-service.ts";
import { secret } from "./env-value.ts";
import { allowedHostsEnv } from "./own-names.ts";
import { exec, publicImage } from "./service-spec.ts";

export const n8n = defineService(({ settings }) => {
  const url = `http://${settings.engineHost}:${hostPort(settings, "portN8n")}/`;
  return {
    kind: "service",
    name: "n8n",
    summary: "Workflow automation",
    layer: "automation",
    reachableBy: ["host"],
    profile: "automation",
    image: publicImage("n8nio/n8n", "2.32.0"),
    networks: ["app"],
    volumes: [{ volume: "n8n-data", path: "/home/node/.n8n" }],
    ports: [
      {
        name: "http",
        internal: 5678,
        ...onHost(settings, "portN8n"),
        url: { label: "n8n", path: "/" },
      },
    ],
    env: {
      ...allowedHostsEnv(settings, "n8n"),
      N8N_ENCRYPTION_KEY: secret("n8n-encryption-key"),
      // Read by the stand-in only: the official image makes such keys in its editor.
      NASIKO_N8N_API_KEY: secret("n8n-api-key"),
      N8N_PORT: "5678",
      N8N_EDITOR_BASE_URL: url,
      WEBHOOK_URL: url,
      // Plain http on the loopback interface: a secure cookie would never come back.
      N8N_SECURE_COOKIE: "false",
      N8N_DIAGNOSTICS_ENABLED: "false",
      N8N_VERSION_NOTIFICATIONS_ENABLED: "false",
      N8N_PERSONALIZATION_ENABLED: "false",
      GENERIC_TIMEZONE: settings.timezone,
    },
    // The official image has no bash; busybox's wget starts no interpreter. Not "localhost": that is IPv6 first there.
    health: exec("wget", "-q", "-O", "/dev/null", "http://127.0.0.1:5678/healthz/readiness"),
    tmpfs: {
      "/tmp": "rw,noexec,nosuid,size=64m",
      // Where the official image unpacks its editor when it starts.
      "/home/node/.cache": "rw,noexec,nosuid,size=128m,mode=1777",
    },
    memory: "768MB",
    user: "1000:1000",
    stop: { signal: "SIGTERM", grace: "30s" },
  };
});
