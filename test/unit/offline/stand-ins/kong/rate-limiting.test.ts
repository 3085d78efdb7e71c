import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AccessOutcome, Exchange } from "../../../../../offline/stand-ins/kong/src/plugins/plugin.ts";
import { createRateLimiting } from "../../../../../offline/stand-ins/kong/src/plugins/rate-limiting.ts";
import {
  createWindows,
  MOST_COUNTERS,
  PERIODS,
  secondsLeft,
  windowAround,
} from "../../../../../offline/stand-ins/kong/src/plugins/windows.ts";
import { HeaderList } from "../../../../../offline/stand-ins/kong/src/http/header-list.ts";
import { exampleRoute, exampleService } from "./examples.ts";

const NOON = Date.UTC(2026, 0, 31, 12, 0, 15);

function limiter(config: object): (fields?: Partial<Exchange>, later?: number) => AccessOutcome | undefined {
  let now = NOON;
  const plugin = createRateLimiting(() => now).bind("p", config);
  if (plugin === undefined) throw new Error("configuration refused");
  return (fields = {}, later = 0) => {
    now += later;
    return plugin.access({
      method: "GET",
      path: "/",
      query: new URLSearchParams(),
      clientAddress: "10.0.0.1",
      requestHeaders: new HeaderList(),
      upstreamHeaders: new HeaderList(),
      route: exampleRoute({ paths: ["/"] }),
      service: exampleService(),
      identities: new Map(),
      identity: undefined,
      ...fields,
    });
  };
}
const statuses = (outcomes: readonly (AccessOutcome | undefined)[]): readonly unknown[] =>
  outcomes.map((outcome) => outcome?.answer?.status);

describe("rate limiting", () => {
  test("lets so many through and tells how many are left", () => {
    const ask = limiter({ minute: 2, hour: 100 });
    const [first, second, third] = [ask(), ask(), ask()];
    expect(statuses([first, second, third])).toEqual([undefined, undefined, 429]);
    expect(Object.fromEntries(first?.responseHeaders ?? [])).toEqual({
      "X-RateLimit-Limit-Minute": "2",
      "X-RateLimit-Remaining-Minute": "1",
      "X-RateLimit-Limit-Hour": "100",
      "X-RateLimit-Remaining-Hour": "99",
      "RateLimit-Limit": "2",
      "RateLimit-Remaining": "1",
      "RateLimit-Reset": "45",
    });
    expect(Object.fromEntries(third?.responseHeaders ?? [])).toMatchObject({
      "Retry-After": "45",
      "RateLimit-Remaining": "0",
    });
    expect(third?.answer?.error).toBe("API rate limit exceeded");
  });

  test("starts again with the next window", () => {
    const ask = limiter({ minute: 1 });
    expect(statuses([ask(), ask(), ask({}, 44_999), ask({}, 1)])).toEqual([undefined, 429, 429, undefined]);
  });

  test("counts clients apart, or together by service or header", () => {
    const byAddress = limiter({ minute: 1 });
    expect(statuses([byAddress(), byAddress({ clientAddress: "10.0.0.2" })])).toEqual([undefined, undefined]);
    const byService = limiter({ minute: 1, limit_by: "service" });
    const service = exampleService();
    expect(statuses([byService({ service }), byService({ service, clientAddress: "10.0.0.2" })])).toEqual([
      undefined,
      429,
    ]);
    const byHeader = limiter({ minute: 1, limit_by: "header", header_name: "X-Key" });
    const key = (value: string): Partial<Exchange> => ({
      requestHeaders: new HeaderList([["x-key", value]]),
    });
    expect(statuses([byHeader(key("a")), byHeader(key("b")), byHeader(key("a"))])).toEqual([
      undefined,
      undefined,
      429,
    ]);
  });

  test("says nothing about itself when told so, and answers as configured", () => {
    const ask = limiter({ second: 1, hide_client_headers: true, error_code: 503, error_message: "slow" });
    ask();
    expect(ask()).toEqual({ responseHeaders: [], answer: { status: 503, error: "slow" } });
  });
});

describe("windows", () => {
  const time = fc.integer({ min: 0, max: Date.UTC(2100, 0) });
  const period = fc.constantFrom(...PERIODS);

  test("hold the time they were asked for and follow one another without a gap", () => {
    fc.assert(
      fc.property(period, time, (which, now) => {
        const { start, end } = windowAround(which, now);
        expect(start <= now && now < end).toBe(true);
        expect(windowAround(which, end).start).toBe(end);
        expect(windowAround(which, end - 1)).toEqual({ start, end });
        expect(secondsLeft(which, now)).toBeGreaterThanOrEqual(1);
      }),
    );
  });

  test("count what was added in them and nothing else", () => {
    fc.assert(
      fc.property(period, fc.array(time, { maxLength: 20 }), (which, times) => {
        const windows = createWindows();
        const ordered = times.toSorted((left, right) => left - right);
        for (const now of ordered) windows.add("k", which, now);
        const last = ordered.at(-1) ?? 0;
        const { start, end } = windowAround(which, last);
        expect(windows.count("k", which, last)).toBe(
          ordered.filter((now) => now >= start && now < end).length,
        );
        expect(windows.count("other", which, last)).toBe(0);
      }),
    );
  });

  test("stay few however many clients invent themselves, and forget who was not seen longest", () => {
    const windows = createWindows();
    for (let client = 0; client < MOST_COUNTERS + 10; client += 1) {
      windows.add(String(client), "day", 0);
      windows.add("busy", "day", 0);
    }
    expect(windows.size()).toBe(MOST_COUNTERS);
    expect(windows.count("busy", "day", 0)).toBe(MOST_COUNTERS + 10);
    expect(windows.count("0", "day", 0)).toBe(0);
  });
});
