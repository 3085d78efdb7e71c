import type { TracingConfig } from "../config/config.ts";
import { acl } from "./acl.ts";
import { cors } from "./cors.ts";
import { ipRestriction } from "./ip-restriction.ts";
import { createJwt } from "./jwt/jwt.ts";
import { createOpentelemetry } from "./opentelemetry.ts";
import { createRequestMetrics } from "../metrics/request-metrics.ts";
import type { AnyPluginKind } from "./plugin.ts";
import { createPrometheus } from "./prometheus.ts";
import { createRateLimiting } from "./rate-limiting.ts";
import { requestSizeLimiting } from "./request-size-limiting.ts";
import { requestTermination } from "./request-termination.ts";
import { requestTransformer } from "./request-transformer.ts";
import { responseTransformer } from "./response-transformer.ts";

export type PluginKinds = ReadonlyMap<string, AnyPluginKind>;

/** Kong's own defaults. */
const NO_TRACING: TracingConfig = { spans: false, rate: 0.01 };

/**
 * The plugins that this stand-in has; names as in Kong's bundle.
 * @param clock milliseconds since the epoch
 * @param metrics what requests are counted in
 */
export function pluginKinds(
  clock: () => number,
  tracing = NO_TRACING,
  metrics = createRequestMetrics(),
): PluginKinds {
  const kinds = [
    cors,
    createJwt(clock),
    ipRestriction,
    acl,
    createRateLimiting(clock),
    requestSizeLimiting,
    requestTransformer,
    responseTransformer,
    createOpentelemetry(tracing),
    createPrometheus(metrics),
    requestTermination,
  ];
  return new Map(kinds.map((kind) => [kind.name, kind]));
}

/**
 * Those of them that KONG_PLUGINS turns on: names, or "bundled" for all, or "off".
 * Names that are not known are left out here and reported by `unknownPlugins`.
 */
export function enabledKinds(kinds: PluginKinds, setting: readonly string[]): PluginKinds {
  const isOn = (name: string): boolean => setting.includes("bundled") || setting.includes(name);
  return new Map([...kinds].filter(([name]) => isOn(name)));
}

/** Plugins that were asked for by name and do not exist here: Kong refuses to start then, and so do we. */
export const unknownPlugins = (kinds: PluginKinds, setting: readonly string[]): readonly string[] =>
  setting.filter((name) => name !== "bundled" && name !== "off" && !kinds.has(name));
