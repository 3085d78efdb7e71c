import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import {
  openTraceStore,
  traceStoreOf,
  type TraceStore,
  type WantedTraces,
} from "../../../../../cli/stack/traces/trace-store.ts";
import { NasikoError } from "../../../../../platform/errors/define-error.ts";

/** As Phoenix 20 answers. */
const found = (trace: string, id: string, parent: string | null, attributes = {}): object => ({
  ...{
    name: `span ${id}`,
    context: { trace_id: trace, span_id: id },
    span_kind: "UNKNOWN",
    parent_id: parent,
  },
  start_time: "2026-01-31T08:00:00.100000+00:00",
  end_time: "2026-01-31T08:00:00.350000+00:00",
  ...{ status_code: id === "2" ? "ERROR" : "UNSET", status_message: "", attributes, events: [] },
});
const summary = (id: string, start: string, end: string): object => ({
  ...{ id: "x", trace_id: id, project_id: "p", start_time: `2026-01-31T08:00:${start}+00:00` },
  end_time: `2026-01-31T08:00:${end}+00:00`,
});

let server: Server;
let store: TraceStore;
let asked: string[] = [];
let posted: unknown;
/** Overrides what is answered, by the beginning of the path. */
let answers: Readonly<Record<string, unknown>> = {};

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    const url = request.url ?? "";
    asked.push(url);
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      if (request.method === "POST") posted = JSON.parse(Buffer.concat(parts).toString());
      const [, answer] = Object.entries(answers).find(([start]) => url.startsWith(start)) ?? [];
      if (answer === undefined) response.writeHead(404);
      response.end(JSON.stringify(answer ?? { detail: "not found" }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  store = openTraceStore(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
});
afterEach(() => {
  answers = {};
});

const PROJECTS = { data: [{ name: "nasiko" }, { name: "translator" }] };

describe("where traces are kept", () => {
  test("a trace is looked for wherever somebody began it", async () => {
    answers = {
      "/v1/projects?": PROJECTS,
      "/v1/projects/translator/spans?trace_id=t": { data: [found("t", "1", null), found("t", "2", "1")] },
    };
    expect(await store.trace("t")).toEqual([
      expect.objectContaining({ spanId: "1", parentId: undefined, failed: false }),
      expect.objectContaining({ spanId: "2", parentId: "1", failed: true, name: "span 2" }),
    ]);
    asked = [];
    expect(await store.traces(["none", "t"])).toEqual([[], await store.trace("t")]);
    // Where traces can be is asked once for all that are wanted together.
    expect(asked.filter((path) => path.startsWith("/v1/projects?"))).toHaveLength(2);
    const [first] = await store.trace("t");
    expect((first?.end ?? 0) - (first?.start ?? 0)).toBe(250);
  });

  test("the latest and the slowest are found over all of them, and those of one agent", async () => {
    answers = {
      "/v1/projects?": PROJECTS,
      "/v1/projects/nasiko/traces": { data: [summary("a", "01", "09"), summary("b", "05", "06")] },
      "/v1/projects/translator/traces": { data: [summary("c", "04", "06")] },
      "/v1/projects/nasiko/spans?attribute=gen_ai.agent.id%3Atranslator": {
        data: [found("b", "1", null, { "gen_ai.agent.id": "translator" }), found("a", "9", null)],
      },
    };
    for (const [project, trace] of [
      ["nasiko", "a"],
      ["nasiko", "b"],
      ["translator", "c"],
    ] as const)
      answers = {
        ...answers,
        [`/v1/projects/${project}/spans?trace_id=${trace}`]: { data: [found(trace, "1", null)] },
      };
    const wanted = { order: "latest", failed: false, agent: undefined, limit: 2 } as const;
    const ids = async (more: Partial<WantedTraces>): Promise<readonly (string | undefined)[]> => {
      asked = [];
      const traces = await store.find({ ...wanted, ...more });
      // Where traces can be is asked once.
      expect(asked.filter((path) => path.startsWith("/v1/projects?"))).toHaveLength(1);
      return traces.map(([span]) => span?.traceId);
    };
    expect(await ids({})).toEqual(["b", "c"]);
    expect(await ids({ order: "slowest", limit: 9 })).toEqual(["a", "c", "b"]);
    expect(await ids({ agent: "translator" })).toEqual(["b"]);
    await ids({ failed: true });
    expect(asked).toContainEqual(
      expect.stringMatching(/\/traces\?sort=start_time&order=desc&limit=2&error=true$/),
    );
  });

  test("what the gateway passed on is asked for since a moment, and nothing else counts", async () => {
    answers = {
      "/v1/projects?": PROJECTS,
      "/v1/projects/nasiko/spans?name=kong&start_time=2026-01-31T08:00:00.000Z": {
        data: [
          { ...found("a", "1", null), name: "kong" },
          { ...found("a", "2", "1"), name: "kong.balancer" },
          { ...found("b", "3", null), name: "kong", start_time: "2026-01-31T07:00:00+00:00" },
        ],
      },
    };
    const spans = await store.passedOn(Date.UTC(2026, 0, 31, 8));
    expect(spans.map(({ spanId }) => spanId)).toEqual(["1"]);
  });

  test("a span of our own is added in its words", async () => {
    answers = { "/v1/projects/nasiko/spans": {} };
    await store.add({
      ...{ traceId: "t", spanId: "s", parentId: undefined, name: "n", start: 0, end: 1500, failed: true },
      attributes: { "service.name": "x" },
    });
    expect(posted).toMatchObject({
      data: [
        {
          context: { trace_id: "t", span_id: "s" },
          start_time: "1970-01-01T00:00:00.000Z",
          end_time: "1970-01-01T00:00:01.500Z",
          status_code: "ERROR",
        },
      ],
    });
  });

  test("that answers nonsense, or not at all, is named", async () => {
    answers = { "/v1/projects?": { data: "nothing" } };
    await expect(store.trace("t")).rejects.toThrow();
    const gone = openTraceStore("http://127.0.0.1:9");
    const refused: unknown = await gone.trace("t").catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(NasikoError);
    expect(refused).toMatchObject({ code: "NSK-TRACES-UNREACHABLE" });
  });

  test("is no part of every stack", () => {
    // Nothing else of settings is looked at before it is known that there is no Phoenix.
    expect(() => traceStoreOf({ layers: [], settings: {} as never, stack: "s" })).toThrow(
      "Stack s keeps no traces.",
    );
  });
});
