/** Health checks in Docker's own form. */
import type { HealthConfig } from "dockerode";
import { parseDuration } from "../../formats/duration.ts";
import type { Reader } from "../schema/reader.ts";

/** The health check of a container's arguments; a duration of 0 leaves the engine's default. */
export function healthConfig(healthcheck: Reader): HealthConfig {
  // What is no duration has been refused when the inputs were checked.
  const nanoseconds = (name: string): number => parseDuration(healthcheck.text(name) ?? "0s", "ns") ?? 0;
  const startInterval = nanoseconds("startInterval");
  return {
    Test: [...(healthcheck.texts("tests") ?? [])],
    Interval: nanoseconds("interval"),
    Timeout: nanoseconds("timeout"),
    StartPeriod: nanoseconds("startPeriod"),
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
