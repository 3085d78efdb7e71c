/** Health checks in Docker's own form. */
import type { HealthConfig } from "dockerode";
import type { Reader } from "../schema/reader.ts";

const NANOSECONDS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** Nanoseconds of a duration in Go's notation, e.g. "1m30s" or "0s". */
export function nanoseconds(duration: string): number {
  const parts = duration.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g);
  return [...parts].reduce(
    (sum, [, amount, unit]) => sum + Number(amount ?? 0) * (NANOSECONDS[unit ?? ""] ?? 0),
    0,
  );
}

/** The health check of a container's arguments; a duration of 0 leaves the engine's default. */
export function healthConfig(healthcheck: Reader): HealthConfig {
  const startInterval = nanoseconds(healthcheck.text("startInterval") ?? "0s");
  return {
    Test: [...(healthcheck.texts("tests") ?? [])],
    Interval: nanoseconds(healthcheck.text("interval") ?? "0s"),
    Timeout: nanoseconds(healthcheck.text("timeout") ?? "0s"),
    StartPeriod: nanoseconds(healthcheck.text("startPeriod") ?? "0s"),
    // Engines before API 1.44 refuse the very field.
    ...(startInterval === 0 ? {} : { StartInterval: startInterval }),
    Retries: healthcheck.number("retries") ?? 0,
  };
}

/** How to run a container's own health check by hand. */
export interface Probe {
  readonly command: readonly string[];
  /** Milliseconds. */
  readonly timeout: number;
}

/** Docker's own default for a health check without timeout. */
const DEFAULT_TIMEOUT = 30_000;

/**
 * The command behind a health check; undefined when there is none ("NONE" switches one of the image off).
 * @param shell what "CMD-SHELL" runs in; the image's SHELL, else /bin/sh
 */
export function probeOf(
  healthcheck: Pick<HealthConfig, "Test" | "Timeout"> | undefined,
  shell: readonly string[] = ["/bin/sh", "-c"],
): Probe | undefined {
  const [form, ...rest] = healthcheck?.Test ?? [];
  const timeout =
    healthcheck?.Timeout === undefined || healthcheck.Timeout === 0
      ? DEFAULT_TIMEOUT
      : healthcheck.Timeout / 1e6;
  if (form === "CMD" && rest.length > 0) return { command: rest, timeout };
  if (form === "CMD-SHELL") return { command: [...shell, ...rest], timeout };
  return undefined;
}
