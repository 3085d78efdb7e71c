import { LOG_LEVELS, type LogLevel } from "../lib/log.ts";
import { parseListen, type Listener } from "./listen.ts";

/** How to reach the database. */
export interface DatabaseConfig {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  /** Milliseconds for connecting and for one statement. */
  readonly timeout: number;
}

/** What the proxy's TLS listeners present; each a path, or the PEM text itself. */
export interface CertificateConfig {
  readonly certificate: string;
  readonly key: string;
}

/** What KONG_TRACING_INSTRUMENTATIONS and KONG_TRACING_SAMPLING_RATE say. */
export interface TracingConfig {
  /** Without spans of its own Kong passes on what it is told. */
  readonly spans: boolean;
  /** Share of requests, from 0 to 1. */
  readonly rate: number;
}

export interface Config {
  readonly database: DatabaseConfig;
  readonly proxy: readonly Listener[];
  readonly admin: readonly Listener[];
  readonly status: readonly Listener[];
  /** Undefined: no listener speaks TLS. */
  readonly certificate: CertificateConfig | undefined;
  readonly plugins: readonly string[];
  readonly tracing: TracingConfig;
  readonly logLevel: LogLevel;
  /** Folder for the file with the process id. */
  readonly prefix: string;
  /** What was set but has no effect here, for a warning at the start. */
  readonly ignored: readonly string[];
}

export type ConfigResult =
  | { readonly ok: true; readonly config: Config }
  /** All that is wrong, one sentence each. */
  | { readonly ok: false; readonly problems: readonly string[] };

type Env = Readonly<Record<string, string | undefined>>;

const DEFAULTS = {
  KONG_PROXY_LISTEN: "0.0.0.0:8000 reuseport backlog=16384, 0.0.0.0:8443 http2 ssl reuseport backlog=16384",
  KONG_ADMIN_LISTEN:
    "127.0.0.1:8001 reuseport backlog=16384, 127.0.0.1:8444 http2 ssl reuseport backlog=16384",
  KONG_STATUS_LISTEN: "127.0.0.1:8007 reuseport backlog=16384",
  KONG_LOG_LEVEL: "notice",
  KONG_PLUGINS: "bundled",
  KONG_TRACING_INSTRUMENTATIONS: "off",
  KONG_TRACING_SAMPLING_RATE: "0.01",
  KONG_PREFIX: "/usr/local/kong",
  KONG_PG_HOST: "127.0.0.1",
  KONG_PG_PORT: "5432",
  KONG_PG_DATABASE: "kong",
  KONG_PG_USER: "kong",
  KONG_PG_PASSWORD: "",
  KONG_PG_TIMEOUT: "5000",
} as const;
type Name = keyof typeof DEFAULTS;

/** Settings that mean something else than what this program does: only one value is possible. */
const ONLY: Readonly<Record<string, string>> = {
  KONG_DATABASE: "postgres",
  KONG_ROLE: "traditional",
  KONG_WORKER_CONSISTENCY: "strict",
  KONG_ROUTER_FLAVOR: "traditional",
};

/**
 * Reads Kong's environment. Unknown KONG_* variables are ignored, as Kong does. Listeners with `ssl` are
 * served on the proxy, with KONG_SSL_CERT and KONG_SSL_CERT_KEY; else they are left out. That, and a different worker
 * consistency or router flavor, is told in `ignored`.
 */
export function readConfig(env: Env): ConfigResult {
  const problems: string[] = [];
  const ignored: string[] = [];
  const read = (name: Name): string => {
    const value = env[name];
    return value === undefined || value === "" ? DEFAULTS[name] : value;
  };
  const natural = (name: Name, most: number): number => {
    const value = Number(read(name));
    if (Number.isInteger(value) && value >= 0 && value <= most) return value;
    problems.push(`${name}: must be an integer between 0 and ${most}`);
    return 0;
  };
  const certificate = readCertificate(env);
  if (certificate === "half") problems.push("KONG_SSL_CERT and KONG_SSL_CERT_KEY: one needs the other");
  const listen = (name: Name): readonly Listener[] => {
    const parsed = parseListen(read(name));
    if (typeof parsed === "string") problems.push(`${name}: ${parsed}`);
    if (typeof parsed === "string") return [];
    const speaksTls = name === "KONG_PROXY_LISTEN" && certificate !== undefined;
    const served = parsed.filter(({ flags }) => speaksTls || !flags.includes("ssl"));
    if (served.length < parsed.length && env[name] !== undefined)
      ignored.push(`${name}: TLS listeners are served on the proxy alone, with a KONG_SSL_CERT`);
    return served;
  };
  for (const [name, only] of Object.entries(ONLY)) {
    const value = env[name] ?? only;
    if (value === only) continue;
    if (name === "KONG_DATABASE" || name === "KONG_ROLE")
      problems.push(`${name}: only '${only}' is possible here`);
    else ignored.push(`${name}=${value}: this stand-in is always '${only}'`);
  }
  const rate = Number(read("KONG_TRACING_SAMPLING_RATE"));
  if (!(rate >= 0 && rate <= 1)) problems.push("KONG_TRACING_SAMPLING_RATE: must be between 0 and 1");
  const logLevel = LOG_LEVELS.find((level) => level === read("KONG_LOG_LEVEL"));
  if (logLevel === undefined) problems.push(`KONG_LOG_LEVEL: must be one of ${LOG_LEVELS.join(", ")}`);
  const config: Config = {
    database: {
      host: read("KONG_PG_HOST"),
      port: natural("KONG_PG_PORT", 65_535),
      database: read("KONG_PG_DATABASE"),
      user: read("KONG_PG_USER"),
      password: read("KONG_PG_PASSWORD"),
      timeout: natural("KONG_PG_TIMEOUT", 2 ** 31 - 2),
    },
    proxy: listen("KONG_PROXY_LISTEN"),
    admin: listen("KONG_ADMIN_LISTEN"),
    status: listen("KONG_STATUS_LISTEN"),
    certificate: certificate === "half" ? undefined : certificate,
    plugins: read("KONG_PLUGINS")
      .split(",")
      .map((plugin) => plugin.trim()),
    tracing: { spans: read("KONG_TRACING_INSTRUMENTATIONS") !== "off", rate },
    logLevel: logLevel ?? "notice",
    prefix: read("KONG_PREFIX"),
    ignored,
  };
  return problems.length > 0 ? { ok: false, problems } : { ok: true, config };
}

function readCertificate(env: Env): CertificateConfig | "half" | undefined {
  const certificate = env["KONG_SSL_CERT"] ?? "";
  const key = env["KONG_SSL_CERT_KEY"] ?? "";
  if (certificate === "" && key === "") return undefined;
  return certificate === "" || key === "" ? "half" : { certificate, key };
}
