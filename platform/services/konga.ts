import { defineService, onHost } from "./define-service.ts";
import { allowedHostsEnv } from "./own-names.ts";
import { httpProbe } from "./http-probe.ts";
import { secret } from "./env-value.ts";
import { publicImage } from "./service-spec.ts";
import { KONG_ADMIN } from "./kong.ts";

export const konga = defineService(({ settings }) => ({
  kind: "service",
  name: "konga",
  summary: "Looks into the gateway's configuration (optional; its project ended in 2023)",
  layer: "gateway",
  role: "controller",
  reachableBy: ["host"],
  optional: true,
  image: publicImage("pantsel/konga", "0.14.9"),
  networks: ["control"],
  volumes: [{ volume: "konga-data", path: "/app/kongadata" }],
  ports: [
    {
      name: "http",
      internal: 1337,
      ...onHost(settings, "portKonga"),
      url: { label: "Konga", path: "/" },
    },
  ],
  env: {
    ...allowedHostsEnv(settings, "konga"),
    // The only mode that keeps its data in the volume: "production" wants a database older than any supported one.
    NODE_ENV: "development",
    KONGA_HOOK_TIMEOUT: "120000",
    TOKEN_SECRET: secret("konga-token-secret"),
    // Read by the stand-in; in Konga itself the first visitor enters this address.
    KONG_ADMIN_URL: KONG_ADMIN.url,
  },
  dependsOn: { kong: "healthy" },
  // Both images have bash.
  health: httpProbe(1337, "/"),
  // The official image writes beside its program, as root; without capabilities it can do no more than that.
  readOnly: false,
  memory: "256MB",
  user: "0:0",
  stop: { signal: "SIGTERM", grace: "10s" },
}));
