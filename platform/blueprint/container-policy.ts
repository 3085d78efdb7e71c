import type { ContainerPlan, PlannedHealth } from "./container-plan.ts";
import { LABEL } from "./labels.ts";

/** How we run every container, whoever starts it: the program's resources and an exported compose file alike. */

/** Docker's default log driver, bounded: 3 files of 10 MB per container. */
export const LOG_ROTATION = {
  driver: "json-file",
  options: { "max-file": "3", "max-size": "10m" },
} as const;

/** Where the filtering proxies find the engine's socket. */
export const SOCKET_PATH = "/var/run/docker.sock";

/** What every container gives up. */
export const NO_CAPABILITIES = ["ALL"] as const;
export const SECURITY_OPTIONS = ["no-new-privileges:true"] as const;

/** Docker's default weight is 1024: when the CPU is short, the platform goes before its agents. */
const CPU_SHARES = { agent: 512, platform: 1024 };

export const cpuShares = ({ labels }: Pick<ContainerPlan, "labels">): number =>
  labels[LABEL.kind] === "agent" ? CPU_SHARES.agent : CPU_SHARES.platform;

/** First API version whose health checks can probe faster while a container starts (Engine 25). */
const START_INTERVAL_API = 44;

/** When Docker asks. */
export interface ProbeTiming {
  readonly intervalSeconds: number;
  /** While the container starts. @default as often as later */
  readonly startIntervalSeconds?: number;
}

/**
 * How often Docker runs a health check.
 * @param dockerApi e.g. "1.41"
 */
export function probeTiming(
  { intervalSeconds, startIntervalSeconds }: PlannedHealth,
  dockerApi: string,
): ProbeTiming {
  const hasStartIntervals = Number(dockerApi.split(".")[1]) >= START_INTERVAL_API;
  return {
    intervalSeconds,
    ...(hasStartIntervals && startIntervalSeconds !== undefined ? { startIntervalSeconds } : {}),
  };
}
