import { boolean, number, optional, record, string, withDefault, type ValueOf } from "../schema/field.ts";
import { greaterThan, headerName, oneOf, servicePath } from "../schema/rules.ts";
import { definePlugin, type AnyPluginKind, type Exchange } from "./plugin.ts";
import { createWindows, PERIODS, secondsLeft, type Period, type Windows } from "./windows.ts";

const limit = optional(number(greaterThan(0)));

const config = record(
  {
    second: limit,
    minute: limit,
    hour: limit,
    day: limit,
    month: limit,
    year: limit,
    limit_by: withDefault(
      string(oneOf("consumer", "credential", "ip", "service", "header", "path")),
      "consumer",
    ),
    header_name: optional(string(headerName)),
    path: optional(string(servicePath)),
    /** Counts live in this process only; "cluster" and "redis" are refused. */
    policy: withDefault(string(oneOf("local")), "local"),
    fault_tolerant: withDefault(boolean(), true),
    hide_client_headers: withDefault(boolean(), false),
    error_code: withDefault(number(greaterThan(0)), 429),
    error_message: withDefault(string(), "API rate limit exceeded"),
    sync_rate: withDefault(number(), -1),
  },
  (value) => {
    const limits = PERIODS.flatMap((period) => {
      const most = value[period];
      return most === null ? [] : [{ period, most }];
    });
    if (limits.length === 0)
      return `at least one of these fields must be non-empty: ${PERIODS.map((period) => `'config.${period}'`).join(", ")}`;
    for (const [index, { period, most }] of limits.entries()) {
      const larger = limits[index + 1];
      if (larger !== undefined && larger.most < most)
        return `The limit for ${larger.period}(${larger.most.toFixed(1)}) cannot be lower than the limit for ${period}(${most.toFixed(1)})`;
    }
    if (value.sync_rate !== -1) return "sync_rate can only be used with the redis policy";
    if (value.limit_by === "header" && value.header_name === null)
      return { header_name: "required field missing" };
    if (value.limit_by === "path" && value.path === null) return { path: "required field missing" };
    return undefined;
  },
);
type RateLimitingConfig = ValueOf<typeof config>;

/** Who is counted; the client's address where nothing better is known. Kong counts by consumer unless told. */
function identifierOf(settings: RateLimitingConfig, exchange: Exchange): string {
  const { limit_by: by } = settings;
  const { identity } = exchange;
  if (by === "consumer" && identity !== undefined) return identity.consumer.id;
  if (by === "credential" && identity !== undefined) return identity.credential.id;
  if (by === "service" && exchange.service !== null) return exchange.service.id;
  if (by === "header" && settings.header_name !== null)
    return exchange.requestHeaders.get(settings.header_name) ?? exchange.clientAddress;
  if (by === "path" && exchange.path === settings.path) return exchange.path;
  return exchange.clientAddress;
}

interface Usage {
  readonly period: Period;
  readonly most: number;
  /** What is left after this request. */
  readonly remaining: number;
  readonly exceeded: boolean;
}

const title = (period: Period): string => period.charAt(0).toUpperCase() + period.slice(1);

function usageOf(settings: RateLimitingConfig, windows: Windows, key: string, now: number): readonly Usage[] {
  return PERIODS.flatMap((period) => {
    const most = settings[period];
    if (most === null) return [];
    const left = most - windows.count(key, period, now);
    return [{ period, most, remaining: Math.max(0, left - 1), exceeded: left <= 0 }];
  });
}

function headersOf(usages: readonly Usage[], now: number): readonly (readonly [string, string])[] {
  const tightest = usages.toSorted(
    (left, right) =>
      left.remaining - right.remaining || PERIODS.indexOf(right.period) - PERIODS.indexOf(left.period),
  )[0];
  if (tightest === undefined) return [];
  const reset = String(secondsLeft(tightest.period, now));
  return [
    ...usages.flatMap(({ period, most, remaining }): (readonly [string, string])[] => [
      [`X-RateLimit-Limit-${title(period)}`, String(most)],
      [`X-RateLimit-Remaining-${title(period)}`, String(remaining)],
    ]),
    ["RateLimit-Limit", String(tightest.most)],
    ["RateLimit-Remaining", String(tightest.remaining)],
    ["RateLimit-Reset", reset],
    ...(usages.some(({ exceeded }) => exceeded) ? [["Retry-After", reset] as const] : []),
  ];
}

/**
 * Refuses clients that ask too often, counting in windows that start on the clock (policy "local").
 * @param clock milliseconds since the epoch
 */
export function createRateLimiting(clock: () => number): AnyPluginKind {
  const windows = createWindows();
  return definePlugin({
    name: "rate-limiting",
    priority: 910,
    config,
    access: (settings, exchange, id) => {
      const now = clock();
      const key = `${id} ${identifierOf(settings, exchange)}`;
      const usages = usageOf(settings, windows, key, now);
      const responseHeaders = settings.hide_client_headers ? [] : headersOf(usages, now);
      if (usages.some(({ exceeded }) => exceeded))
        return { responseHeaders, answer: { status: settings.error_code, error: settings.error_message } };
      for (const { period } of usages) windows.add(key, period, now);
      return { responseHeaders };
    },
  });
}
