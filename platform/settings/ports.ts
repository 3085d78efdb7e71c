import { defineSetting, type Setting } from "./define-setting.ts";
import { optionalPort } from "./schemas.ts";

type PortSetting = Setting<number | undefined>;

/** Host ports that are published unless somebody decides otherwise, with their defaults. */
const PUBLISHED_PORTS = {
  portKong: published("NASIKO_PORT_KONG", "the gateway", 9100),
  portKongSsl: published("NASIKO_PORT_KONG_SSL", "the gateway with TLS, where it speaks TLS", 9443),
  portServiceRegistry: published("NASIKO_PORT_SERVICE_REGISTRY", "the service registry's status", 8080),
  portAgentRegistry: published("NASIKO_PORT_AGENT_REGISTRY", "the registry of agent images", 5001),
  portWeb: published("NASIKO_PORT_WEB", "the web interface", 4000),
  portLangtrace: published("NASIKO_PORT_LANGTRACE", "Langtrace's interface", 3000),
  portPhoenix: published("NASIKO_PORT_PHOENIX", "Phoenix's interface", 6006),
  portPrometheus: published("NASIKO_PORT_PROMETHEUS", "Prometheus' interface", 9090),
  portN8n: published("NASIKO_PORT_N8N", "n8n's interface", 5678),
  portKonga: published("NASIKO_PORT_KONGA", "Konga's interface", 1337),
} as const;

/**
 * Host ports. Published by default are the gateway, the user interfaces, the service registry's status and the
 * registry of agent images; everything else only when its setting is set.
 */
export const PORT_SETTINGS = {
  ...PUBLISHED_PORTS,
  portRedis: onRequest("NASIKO_PORT_REDIS", "Redis"),
  portMongodb: onRequest("NASIKO_PORT_MONGODB", "MongoDB"),
  portBackend: onRequest("NASIKO_PORT_BACKEND", "the backend, past the gateway"),
  portAuth: onRequest("NASIKO_PORT_AUTH", "the auth service of mode enterprise, past the gateway"),
  portRouter: onRequest("NASIKO_PORT_ROUTER", "the router, past the gateway"),
  portChat: onRequest("NASIKO_PORT_CHAT", "the chat history, past the gateway"),
  portOtelGrpc: onRequest("NASIKO_PORT_OTEL_GRPC", "the collector's OTLP over gRPC"),
  portOtelHttp: onRequest("NASIKO_PORT_OTEL_HTTP", "the collector's OTLP over HTTP"),
  portLangtracePg: onRequest("NASIKO_PORT_LANGTRACE_PG", "Langtrace's PostgreSQL"),
  portClickhouseHttp: onRequest("NASIKO_PORT_CLICKHOUSE_HTTP", "ClickHouse over HTTP"),
  portClickhouseNative: onRequest("NASIKO_PORT_CLICKHOUSE_NATIVE", "ClickHouse's native protocol"),
  portOllama: onRequest("NASIKO_PORT_OLLAMA", "Ollama"),
} as const;

/** Name of a port's setting, e.g. "portKong". */
export type PortName = keyof typeof PORT_SETTINGS;

/** Name of a setting whose port is published by default. */
export type PublishedPort = keyof typeof PUBLISHED_PORTS;

/** The part of the settings that decides about host ports. */
type PortChoices = Readonly<Record<PortName, number | undefined>> & {
  /** How far every default is moved. */
  readonly portOffset: number;
};

/**
 * A host port: the one that was set, as it is; else the default, moved by NASIKO_PORT_OFFSET. What has no default is
 * undefined until somebody sets it: it is not published.
 */
export function hostPort(choices: PortChoices, name: PublishedPort): number;
export function hostPort(choices: PortChoices, name: PortName): number | undefined;
export function hostPort(choices: PortChoices, name: PortName): number | undefined {
  const setting: PortSetting = PORT_SETTINGS[name];
  const preferred = setting.default === undefined ? undefined : Number(setting.default) + choices.portOffset;
  return choices[name] ?? preferred;
}

function published(env: string, what: string, preferred: number): PortSetting {
  return { ...portSetting(env, `Host port of ${what}`), default: String(preferred), movable: true };
}

function onRequest(env: string, what: string): PortSetting {
  return portSetting(env, `Host port of ${what} (default: not published)`);
}

function portSetting(env: string, help: string): PortSetting {
  return defineSetting({
    env,
    stackConfig: true,
    schema: optionalPort,
    default: undefined,
    allowed: "a port, 1 to 65535",
    help,
  });
}
