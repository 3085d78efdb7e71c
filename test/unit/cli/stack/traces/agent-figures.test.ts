import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { agentFigures } from "../../../../../cli/stack/traces/agent-figures.ts";
import type { Span } from "../../../../../cli/stack/traces/span.ts";

const call = (route: string | undefined, milliseconds: number, failed = false): Span => ({
  ...{ traceId: "t", spanId: "s", parentId: undefined, name: "kong", start: 1000, end: 1000 + milliseconds },
  ...{ failed, attributes: route === undefined ? {} : { "http.route": route } },
});
const route = (agent: string): string => `~/agents/agent-${agent}(?=/|$)`;

describe("figures of agents", () => {
  test("are told apart by the gateway's routes; what leads to no agent counts for none", () => {
    const spans = [
      ...[10, 20, 30, 1000].map((time) => call(route("translator"), time)),
      call(route("translator"), 40, true),
      call("~/agents/agent-a-b/\\.well-known/agent(?:-card)?\\.json$", 5),
      call("/router", 7),
      call("~/agents$", 7),
      call(undefined, 7),
    ];
    expect(agentFigures(spans)).toEqual([
      { agent: "a-b", requests: 1, errors: 0, p50: 5, p95: 5 },
      { agent: "translator", requests: 5, errors: 1, p50: 30, p95: 1000 },
    ]);
  });

  test("are times that were taken, and half of them took no longer than the first", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 10_000 }), { minLength: 1, maxLength: 50 }), (times) => {
        const [figures] = agentFigures(times.map((time) => call(route("x"), time)));
        const { p50 = -1, p95 = -1 } = figures ?? {};
        expect(times).toContain(p50);
        expect(times).toContain(p95);
        expect(p50).toBeLessThanOrEqual(p95);
        expect(times.filter((time) => time <= p50).length).toBeGreaterThanOrEqual(times.length / 2);
      }),
    );
  });
});
