import { defineService, onHost } from "./define-service.ts";
import { certificateEnv, speaksTls } from "./gateway-tls.ts";
import { httpProbe } from "./http-probe.ts";
import { kongDatabaseEnv, KONG_IMAGE, KONG_SCRATCH, KONG_USER } from "./kong-settings.ts";
import { PROMETHEUS_SERVICE } from "./names.ts";
import { OLLAMA } from "./ollama-settings.ts";
import { endpoint, type Endpoint } from "./endpoint.ts";
import { COLLECTOR, reportsTraces } from "./otel-collector-config.ts";

/** The door for everybody on the platform's networks. */
export const GATEWAY = endpoint("kong", 8000);

/** An alias on the control network only: who is not on that network cannot even name the Admin API. */
export const KONG_ADMIN = endpoint("kong-admin", 8001);

/** Where the figures of requests are read, an alias on the network of who reads them. */
export const KONG_STATUS = endpoint("kong-status", 8100);

/** Inside the container: with TLS, and for the health check. */
const TLS_PORT = 8443;
const STATUS_PORT = 8007;

/**
 * Kong stands on all networks, but neither its Admin API nor its status has authentication: each listens on the address
 * that one network gave to this container, found through an alias on that network, so that no agent can reach it.
 */
const start = (isMeasured: boolean): string =>
  [
    ...listens("admin", KONG_ADMIN, (address) => `KONG_ADMIN_LISTEN="${address}"`),
    ...(isMeasured
      ? listens("status", KONG_STATUS, (address) => `KONG_STATUS_LISTEN="$KONG_STATUS_LISTEN, ${address}"`)
      : []),
    "exec /docker-entrypoint.sh kong docker-start",
  ].join("; ");

/** Lines that find the address behind an alias, and say with it where to listen. */
const listens = (
  variable: string,
  { host, port }: Endpoint,
  exported: (address: string) => string,
): readonly string[] => [
  `${variable}=$(getent ahostsv4 ${host} | cut -d' ' -f1 | head -n 1)`,
  `export ${exported(`\${${variable}:?no address for ${host}}:${port}`)}`,
];

export const kong = defineService(({ settings, has }) => {
  const isTls = speaksTls(settings);
  // Agents ask for models, and hand in what they report, under the server's own name, and get what the gateway lets
  // through.
  const named = [
    ...(has(OLLAMA.host) ? [OLLAMA] : []),
    ...(reportsTraces({ settings, has }) ? [COLLECTOR] : []),
  ];
  const isMeasured = has(PROMETHEUS_SERVICE);
  return {
    kind: "service",
    name: GATEWAY.host,
    summary: "Gateway: the one door to agents and services",
    layer: "gateway",
    role: "gateway",
    reachableBy: ["host", "agents"],
    image: KONG_IMAGE,
    entrypoint: ["bash", "-c"],
    command: [start(isMeasured)],
    networks: ["control", "app", "data", "agents"],
    aliases: {
      control: [KONG_ADMIN.host],
      ...(named.length === 0 ? {} : { agents: named.map(({ host }) => host) }),
      ...(isMeasured ? { app: [KONG_STATUS.host] } : {}),
    },
    ports: [
      {
        name: "proxy",
        internal: GATEWAY.port,
        ...onHost(settings, "portKong"),
        ...(settings.gatewayHttp ? {} : { host: undefined }),
        gateway: true,
        url: { label: "Gateway", path: "/" },
      },
      ...(isTls
        ? [
            {
              name: "proxy-tls",
              internal: TLS_PORT,
              ...onHost(settings, "portKongSsl"),
              gateway: true,
              tls: true,
              url: { label: "Gateway with TLS", path: "/" },
            } as const,
          ]
        : []),
    ],
    env: {
      ...kongDatabaseEnv(settings),
      KONG_PROXY_LISTEN: [
        `0.0.0.0:${GATEWAY.port}`,
        ...(isTls ? [`0.0.0.0:${TLS_PORT} ssl`] : []),
        ...named.map(({ port }) => `0.0.0.0:${port}`),
      ].join(", "),
      // Also while nobody asks for TLS: so its secret is there from the start, and a switch makes no other certificate.
      ...certificateEnv(settings),
      // What is reported of a request, and to whom, is the registry's to say, route by route.
      ...(reportsTraces({ settings, has }) ? { KONG_TRACING_INSTRUMENTATIONS: "request,balancer" } : {}),
      KONG_ANONYMOUS_REPORTS: "off",
      KONG_STATUS_LISTEN: `127.0.0.1:${STATUS_PORT}`,
      KONG_PROXY_ACCESS_LOG: "/dev/stdout",
      KONG_PROXY_ERROR_LOG: "/dev/stderr",
      KONG_ADMIN_ACCESS_LOG: "/dev/stdout",
      KONG_ADMIN_ERROR_LOG: "/dev/stderr",
      KONG_NGINX_WORKER_PROCESSES: "1",
      // The usual one knows no assertions in regular expressions, by which our paths end at a slash (Kong issue 9495).
      KONG_ROUTER_FLAVOR: "traditional",
      // A route is live when the Admin API says that it is there.
      KONG_WORKER_CONSISTENCY: "strict",
    },
    dependsOn: { "kong-migrations": "completed" },
    health: httpProbe(STATUS_PORT, "/status/ready"),
    tmpfs: KONG_SCRATCH,
    memory: "512MB",
    user: KONG_USER,
    stop: { signal: "SIGQUIT", grace: "20s" },
  };
});
