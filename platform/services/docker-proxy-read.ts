import { defineService } from "./define-service.ts";
import { httpProbe } from "./http-probe.ts";
import { platformImage } from "./service-spec.ts";

export const dockerProxyRead = defineService(({ settings }) => ({
  kind: "service",
  name: "docker-proxy-read",
  summary: "Filter before the Docker socket: lists and watches this stack's containers, changes nothing",
  layer: "gateway",
  role: "docker-proxy",
  image: platformImage("docker-proxy"),
  dockerSocket: true,
  networks: ["app"],
  env: { NASIKO_PROXY_MODE: "read", NASIKO_STACK: settings.stack },
  health: httpProbe(2375, "/_health"),
  tmpfs: { "/tmp": "rw,noexec,nosuid,size=8m" },
  memory: "96MB",
  // The socket belongs to root; without capabilities that is all that root can do here.
  user: "0:0",
  stop: { signal: "SIGTERM", grace: "5s" },
}));
