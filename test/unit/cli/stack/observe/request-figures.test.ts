import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, describe, expect, test } from "vitest";

import { askRequestFigures, type RequestFigures } from "../../../../../cli/stack/observe/request-figures.ts";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

async function ask(
  listener: RequestListener,
  patience = 60_000,
): Promise<Readonly<Record<string, RequestFigures>>> {
  const listening = createServer(listener);
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  // A server that listens on a port has an address of this kind.
  const { port } = listening.address() as AddressInfo;
  return Object.fromEntries(await askRequestFigures(`http://127.0.0.1:${port}/`, patience));
}

const answering =
  (body: unknown, status = 200): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };

const ERRORS = "agent:request_errors:ratio5m";
const P95 = "agent:request_duration_milliseconds:p95_5m";

const vector = (...entries: readonly (readonly [name: string, agent: string, value: string])[]) => ({
  status: "success",
  data: {
    resultType: "vector",
    result: entries.map(([name, agent, value]) => ({
      metric: { __name__: name, agent },
      value: [1_700_000_000.5, value],
    })),
  },
});

describe("what requests to agents are like", () => {
  test("is what Prometheus says of those that were asked anything", async () => {
    const figures = vector(
      [ERRORS, "x", "0.25"],
      [P95, "x", "92.5"],
      [P95, "half", "1"],
      [ERRORS, "none", "0"],
      [P95, "none", "NaN"],
      [ERRORS, "far", "0"],
      [P95, "far", "+Inf"],
    );
    expect(await ask(answering(figures))).toEqual({ x: { errors: 0.25, p95: 92.5 } });
  });

  test("is asked of its recording rules alone, by the way that its API has", async () => {
    let asked = "";
    await ask((request, response) => {
      asked = request.url ?? "";
      response.end(JSON.stringify(vector()));
    });
    const { pathname, searchParams } = new URL(asked, "http://prometheus");
    expect(pathname).toBe("/api/v1/query");
    expect(searchParams.get("query")).toBe(`{__name__=~"${ERRORS}|${P95}",job=""}`);
  });

  test.each<readonly [string, RequestListener]>([
    ["answers something else", answering("<html>")],
    ["answers a JSON of another form", answering({ data: { result: [1, { metric: null, value: "x" }] } })],
    ["answers no", answering(vector([ERRORS, "x", "0"], [P95, "x", "1"]), 503)],
  ])("is nothing where somebody %s", async (_what, listener) => {
    expect(await ask(listener)).toEqual({});
  });

  test("is nothing where nobody answers in time, or at all", async () => {
    expect(await ask(() => undefined, 20)).toEqual({});
    expect(await askRequestFigures("http://127.0.0.1:1/", 60_000)).toEqual(new Map());
  });
});
