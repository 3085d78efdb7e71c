import { defineService } from "./define-service.ts";
import { httpProbe } from "./http-probe.ts";
import { PROMETHEUS_SERVICE } from "./names.ts";
import { platformImage } from "./service-spec.ts";
import { endpoint } from "./endpoint.ts";

/** What it lets through of the Docker API. */
export const DOCKER_PROXY_READ = endpoint("docker-proxy-read", 2375);

/** Figures of this stack's containers, and nothing else, for whoever keeps them. */
export const CONTAINER_METRICS = endpoint(DOCKER_PROXY_READ.host, 9101);

/**
 * An alias on the control network only. Figures are read from the network `app`, whose members have no business with
 * the Docker API: where the proxy stands there, too, that listens on the address that the control network gave to it.
 */
const ON_CONTROL = "docker-api-read";

export const dockerProxyRead = defineService(({ settings, has }) => {
  const showsFigures = has(PROMETHEUS_SERVICE);
  return {
    kind: "service",
    name: DOCKER_PROXY_READ.host,
    summary: "Filter before the Docker socket: lists and watches this stack's containers, changes nothing",
    layer: "gateway",
    role: "docker-proxy",
    image: platformImage("docker-proxy"),
    dockerSocket: true,
    networks: showsFigures ? ["control", "app"] : ["control"],
    ...(showsFigures ? { aliases: { control: [ON_CONTROL] } } : {}),
    env: {
      NASIKO_PROXY_MODE: "read",
      NASIKO_STACK: settings.stack,
      ...(showsFigures ? { HOST: ON_CONTROL, NASIKO_METRICS_PORT: String(CONTAINER_METRICS.port) } : {}),
    },
    health: httpProbe(DOCKER_PROXY_READ.port, "/_health", showsFigures ? ON_CONTROL : "127.0.0.1"),
    tmpfs: { "/tmp": "rw,noexec,nosuid,size=8m" },
    memory: "96MB",
    // The socket belongs to root; without capabilities that is all that root can do here.
    user: "0:0",
    stop: { signal: "SIGTERM", grace: "5s" },
  };
});
