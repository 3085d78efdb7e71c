import { readBaseRules } from "../../lib/dockerfile/allowed-bases.ts";
import type { BuildMode } from "./build/policy.ts";
import { parseTelemetryMount } from "../../lib/telemetry-mount.ts";
import { portProblem } from "../../lib/variable-problems.ts";

/** Modes of the proxy: what it lets through. */
const MODES = ["read", "build"] as const;
type Mode = (typeof MODES)[number];

export interface Settings {
  readonly mode: Mode;
  /** The one stack whose containers can be seen. */
  readonly stack: string;
  /** Address to listen on. @default "0.0.0.0" */
  readonly host: string;
  /** @default 2375 */
  readonly port: number;
  /** Mode `read`: where figures of the containers are shown, on every address. @default undefined: nowhere */
  readonly metricsPort: number | undefined;
  /** Path of the engine's socket. @default "/var/run/docker.sock" */
  readonly socket: string;
  /** What may be built and run; undefined in mode `read`. */
  readonly build: BuildMode | undefined;
}

/** The worker gives up first, and says why; this is for one that does not. */
const BUILD_SECONDS = 1800 + 60;

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws Error that names every variable that is missing or wrong */
export function readSettings(environment: Environment): Settings {
  const mode = MODES.find((known) => known === environment["NASIKO_PROXY_MODE"]);
  const stack = environment["NASIKO_STACK"] ?? "";
  const port = Number(environment["PORT"] ?? "2375");
  const agentsNetwork = environment["NASIKO_AGENTS_NETWORK"] ?? "";
  const pushRegistry = environment["NASIKO_PUSH_REGISTRY"] ?? "";
  const pushLogin = environment["NASIKO_PUSH_LOGIN"] ?? "";
  const metricsPort = mode === "read" ? environment["NASIKO_METRICS_PORT"] : undefined;
  const buildSeconds = Number(environment["NASIKO_BUILD_SECONDS"] ?? String(BUILD_SECONDS));
  const mount = environment["NASIKO_TELEMETRY_MOUNT"] ?? "";
  const telemetryMount = parseTelemetryMount(mount);
  const problems = [
    mode === undefined ? `NASIKO_PROXY_MODE must be one of: ${MODES.join(", ")}` : "",
    /^[a-z0-9][a-z0-9_.-]{0,62}$/i.test(stack) ? "" : "NASIKO_STACK must be the name of a stack",
    mode !== "build" || /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(agentsNetwork)
      ? ""
      : "NASIKO_AGENTS_NETWORK must be the name of the agents' network",
    /^(?:[a-zA-Z0-9.-]+(?::\d{1,5})?)?$/.test(pushRegistry)
      ? ""
      : "NASIKO_PUSH_REGISTRY must be host:port, or empty for none",
    /^(?:[^:]+:.+)?$/.test(pushLogin) ? "" : "NASIKO_PUSH_LOGIN must be user:password, or empty for none",
    Number.isInteger(buildSeconds) && buildSeconds > 0 && buildSeconds <= 86_400
      ? ""
      : "NASIKO_BUILD_SECONDS must be a number from 1 to 86400",
    mount === "" || telemetryMount !== undefined
      ? ""
      : "NASIKO_TELEMETRY_MOUNT must be volume:/path, or empty for none",
    portProblem("PORT", port),
    metricsPort === undefined ? "" : portProblem("NASIKO_METRICS_PORT", Number(metricsPort)),
  ].filter((problem) => problem !== "");
  if (mode === undefined || problems.length > 0) throw new Error(problems.join("; "));
  return {
    mode,
    stack,
    host: environment["HOST"] ?? "0.0.0.0",
    port,
    metricsPort: metricsPort === undefined ? undefined : Number(metricsPort),
    socket: environment["NASIKO_DOCKER_SOCKET"] ?? "/var/run/docker.sock",
    build:
      mode === "build"
        ? {
            stack,
            agentsNetwork,
            telemetryMount,
            pushRegistry: pushRegistry === "" ? undefined : pushRegistry,
            bases: readBaseRules(environment["NASIKO_AGENT_BASES"], [pushRegistry]),
            buildSeconds,
            pushLogin: pushLogin === "" ? undefined : pushLogin,
          }
        : undefined,
  };
}
