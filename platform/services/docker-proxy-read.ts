import { defineService } from "./define-service.ts";
import { httpProbe } from "./http-probe.ts";
import { platformImage } from "./service-spec.ts";
import { endpoint } from "./endpoint.ts";

/** What it lets through of the Docker API. */
export const DOCKER_PROXY_READ = endpoint("docker-proxy-read", 2375);

export const dockerProxyRead = defineService(({ settings }) => ({
  kind: "service",
  name: DOCKER_PROXY_READ.host,
  summary: "Filter before the Docker socket: lists and watches this stack's containers, changes nothing",
  layer: "gateway",
  role: "docker-proxy",
  image: platformImage("docker-proxy"),
  dockerSocket: true,
  networks: ["control"],
  env: { NASIKO_PROXY_MODE: "read", NASIKO_STACK: settings.stack },
  health: httpProbe(DOCKER_PROXY_READ.port, "/_health"),
  tmpfs: { "/tmp": "rw,noexec,nosuid,size=8m" },
  memory: "96MB",
  // The socket belongs to root; without capabilities that is all that root can do here.
  user: "0:0",
  stop: { signal: "SIGTERM", grace: "5s" },
}));
