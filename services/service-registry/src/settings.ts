import { AUTH_MODES, SIGNALS } from "./gateway-rules.ts";
import type { GatewayRules, TelemetryRules } from "./gateway-rules.ts";
import { DEAD_ENDS, readProxies, type PlatformProxy } from "./platform-proxies.ts";
import { portProblem } from "../../lib/variable-problems.ts";

export interface Settings {
  /** Address of the Docker API, e.g. "http://docker-proxy-read:2375". */
  readonly dockerUrl: string;
  /** Address of Kong's Admin API, e.g. "http://kong-admin:8001". */
  readonly kongAdminUrl: string;
  readonly rules: GatewayRules;
  /** Address to listen on. @default "0.0.0.0" */
  readonly host: string;
  /** @default 8080 */
  readonly port: number;
  /** Seconds between full resyncs. @default 30 */
  readonly interval: number;
  /** Who has it may know and do everything here. @default nobody may */
  readonly token: string | undefined;
  /** The gateway's routes to services of the platform: those whose variable names a host. */
  readonly proxies: readonly PlatformProxy[];
}

/** The gateway's names where nobody says others: on the loopback interface and on the stack's networks. */
const DEFAULT_HOSTS = "127.0.0.1,localhost,kong";

const listOf = (text: string): readonly string[] =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
const isName = (text: string): boolean => /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/.test(text);
/** Never `*`, and never a regular expression, for which Kong would take other letters. */
const isOrigin = (text: string): boolean =>
  /^https?:\/\/[a-z0-9.:[\]-]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text;

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws Error that names every variable that is missing or wrong */
export function readSettings(environment: Environment): Settings {
  const dockerUrl = (environment["DOCKER_HOST"] ?? "").replace(/^tcp:/, "http:");
  const kongAdminUrl = environment["KONG_ADMIN_URL"] ?? "";
  const stack = environment["NASIKO_STACK"] ?? "";
  const port = Number(environment["PORT"] ?? "8080");
  const interval = Number(environment["REGISTRY_INTERVAL"] ?? "30");
  const givenMode = environment["AUTH_MODE"] ?? "simple";
  const mode = AUTH_MODES.find((known) => known === givenMode);
  const hosts = listOf(environment["GATEWAY_HOSTS"] ?? DEFAULT_HOSTS);
  const origins = listOf(environment["GATEWAY_CORS_ORIGINS"] ?? "");
  const secret = environment["AGENTS_GATEWAY_SECRET"] ?? "";
  const token = environment["NASIKO_REGISTRY_TOKEN"] ?? "";
  const publicUrl = (environment["PUBLIC_GATEWAY_URL"] ?? "").replace(/\/$/, "");
  const collectorUrl = environment["GATEWAY_COLLECTOR_URL"] ?? "";
  const telemetry = readTelemetry(environment);
  const counting = environment["GATEWAY_COUNTS_REQUESTS"] ?? "false";
  const { proxies, problems: wrongHosts } = readProxies(environment, mode ?? "simple");
  const problems = [
    ...wrongHosts,
    isHttp(dockerUrl) ? "" : "DOCKER_HOST must be tcp://host:port",
    isHttp(kongAdminUrl) ? "" : "KONG_ADMIN_URL must be http://host:port",
    /^[a-z0-9][a-z0-9_.-]{0,62}$/i.test(stack) ? "" : "NASIKO_STACK must be the name of a stack",
    portProblem("PORT", port),
    interval >= 1 && interval <= 3600 ? "" : "REGISTRY_INTERVAL must be a number of seconds from 1 to 3600",
    hosts.length > 0 && hosts.every(isName) ? "" : "GATEWAY_HOSTS must be names without ports",
    origins.every(isOrigin) ? "" : "GATEWAY_CORS_ORIGINS must be origins such as http://127.0.0.1:9100",
    publicUrl === "" || isOrigin(publicUrl)
      ? ""
      : "PUBLIC_GATEWAY_URL must be one such as http://127.0.0.1:9100",
    collectorUrl === "" || isHttp(collectorUrl)
      ? ""
      : "GATEWAY_COLLECTOR_URL must be one such as http://collector:4318",
    typeof telemetry === "string" ? telemetry : "",
    ["true", "false"].includes(counting) ? "" : "GATEWAY_COUNTS_REQUESTS must be true or false",
    secret === "" || secret.length >= 20 ? "" : "AGENTS_GATEWAY_SECRET must have at least 20 characters",
    token === "" || token.length >= 20 ? "" : "NASIKO_REGISTRY_TOKEN must have at least 20 characters",
    // Nothing is opened by a slip of the pen.
    mode === undefined ? `AUTH_MODE must be ${AUTH_MODES.join(" or ")}` : "",
  ].filter((problem) => problem !== "");
  if (problems.length > 0 || mode === undefined) throw new Error(problems.join("; "));
  return {
    dockerUrl: new URL(dockerUrl).origin,
    kongAdminUrl: new URL(kongAdminUrl).origin,
    rules: {
      ...{ stack, mode, hosts, origins },
      ...(publicUrl === "" ? {} : { publicUrl }),
      ...(collectorUrl === "" ? {} : { collectorUrl }),
      ...(telemetry === undefined || typeof telemetry === "string" ? {} : { telemetry }),
      ...(counting === "true" && { countsRequests: true }),
      ...(secret === "" ? {} : { secret }),
    },
    token: token === "" ? undefined : token,
    host: environment["HOST"] ?? "0.0.0.0",
    port,
    interval,
    proxies: [...proxies, ...DEAD_ENDS],
  };
}

const isHttp = (text: string): boolean => URL.canParse(text) && new URL(text).protocol === "http:";

/** @returns what is wrong with the variables; undefined where there are none */
function readTelemetry(environment: Environment): TelemetryRules | string | undefined {
  const intake = environment["TELEMETRY_INTAKE"] ?? "";
  if (intake === "") return undefined;
  const [, host, port] = /^([a-z0-9](?:[a-z0-9._-]*[a-z0-9])?):([1-9]\d{0,4})$/.exec(intake) ?? [];
  if (host === undefined) return "TELEMETRY_INTAKE must be host:port";
  const secret = environment["TELEMETRY_SECRET"] ?? "";
  if (secret.length < 20) return "TELEMETRY_SECRET must have at least 20 characters";
  const given = listOf(environment["TELEMETRY_SIGNALS"] ?? "traces");
  const signals = SIGNALS.filter((signal) => given.includes(signal));
  return signals.length > 0 && signals.length === given.length
    ? { host, port: Number(port), secret, signals }
    : `TELEMETRY_SIGNALS must be some of ${SIGNALS.join(", ")}`;
}
