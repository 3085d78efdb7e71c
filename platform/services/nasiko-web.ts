import { defineService, onHost } from "./define-service.ts";
import { allowedHostsEnv } from "./own-names.ts";
import { httpProbe } from "./http-probe.ts";
import { platformImage } from "./service-spec.ts";
import { GATEWAY } from "./kong.ts";
import { telemetryEnv } from "./telemetry-env.ts";

const PORT = 4000;

export const nasikoWeb = defineService(({ settings, has }) => ({
  kind: "service",
  name: "nasiko-web",
  summary: "Web interface: agents, conversations and the platform's health",
  layer: "app",
  reachableBy: ["host"],
  image: platformImage("nasiko-web"),
  networks: ["app"],
  ports: [
    {
      name: "web",
      internal: PORT,
      ...onHost(settings, "portWeb"),
      url: { label: "Web interface", path: "/" },
    },
  ],
  env: {
    GATEWAY_URL: GATEWAY.url,
    PORT: String(PORT),
    ...allowedHostsEnv(settings, "nasiko-web"),
    ...telemetryEnv({ settings, has }, "nasiko-web"),
  },
  dependsOn: { kong: "healthy" },
  // The page itself: the one thing that every image of it answers.
  health: httpProbe(PORT, "/"),
  tmpfs: { "/tmp": "rw,noexec,nosuid,size=8m" },
  memory: "128MB",
  user: "1000:1000",
  stop: { signal: "SIGTERM", grace: "10s" },
}));
