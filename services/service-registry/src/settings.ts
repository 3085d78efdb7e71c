import { AUTH_MODES, type AuthMode } from "./guard.ts";
import { readProxies, type PlatformProxy } from "./platform-proxies.ts";

export interface Settings {
  /** Address of the Docker API, e.g. "http://docker-proxy-read:2375". */
  readonly dockerUrl: string;
  /** Address of Kong's Admin API, e.g. "http://kong-admin:8001". */
  readonly kongAdminUrl: string;
  readonly stack: string;
  /** Address to listen on. @default "0.0.0.0" */
  readonly host: string;
  /** @default 8080 */
  readonly port: number;
  /** Seconds between full resyncs. @default 30 */
  readonly interval: number;
  /** Whether the gateway checks who calls. @default "simple" */
  readonly mode: AuthMode;
  /** The gateway's routes to services of the platform: those whose variable names a host. */
  readonly proxies: readonly PlatformProxy[];
}

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
  const { proxies, problems: wrongHosts } = readProxies(environment, mode ?? "simple");
  const problems = [
    ...wrongHosts,
    isHttp(dockerUrl) ? "" : "DOCKER_HOST must be tcp://host:port",
    isHttp(kongAdminUrl) ? "" : "KONG_ADMIN_URL must be http://host:port",
    /^[a-z0-9][a-z0-9_.-]{0,62}$/i.test(stack) ? "" : "NASIKO_STACK must be the name of a stack",
    Number.isInteger(port) && port >= 0 && port <= 65535 ? "" : "PORT must be a number from 0 to 65535",
    interval >= 1 && interval <= 3600 ? "" : "REGISTRY_INTERVAL must be a number of seconds from 1 to 3600",
    // Nothing is opened by a slip of the pen.
    mode === undefined ? `AUTH_MODE must be ${AUTH_MODES.join(" or ")}` : "",
  ].filter((problem) => problem !== "");
  if (problems.length > 0 || mode === undefined) throw new Error(problems.join("; "));
  return {
    dockerUrl: new URL(dockerUrl).origin,
    kongAdminUrl: new URL(kongAdminUrl).origin,
    stack,
    host: environment["HOST"] ?? "0.0.0.0",
    port,
    interval,
    mode,
    proxies,
  };
}

const isHttp = (text: string): boolean => URL.canParse(text) && new URL(text).protocol === "http:";
