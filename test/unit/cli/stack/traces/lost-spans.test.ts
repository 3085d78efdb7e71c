import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, expect, test } from "vitest";

import { askLostSpans } from "../../../../../cli/stack/traces/lost-spans.ts";

let server: Server | undefined;
let asked = "";
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function ask(status: number, body: string): Promise<number | undefined> {
  const listening = createServer((request, response) => {
    asked = new URL(request.url ?? "", "http://prometheus").searchParams.get("query") ?? "";
    response.writeHead(status).end(body);
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  // A server that listens on a port has an address of this kind.
  const { port } = listening.address() as AddressInfo;
  return askLostSpans(`http://127.0.0.1:${port}/`, 60_000);
}

const answer = (...values: readonly string[]): string =>
  JSON.stringify({ data: { result: values.map((value) => ({ metric: {}, value: [1.5, value] })) } });

test("what the collector lost is the sum of all that it counts as lost", async () => {
  expect(await ask(200, answer("12.4"))).toBe(12);
  for (const count of ["send_failed", "enqueue_failed", "filtered", "refused"])
    expect(asked).toContain(count);
});

test.each([
  ["nothing", 200, answer()],
  ["no number", 200, answer("NaN")],
  ["an error", 503, "starting"],
  ["something else", 200, "<html>"],
])("where Prometheus answers %s, nothing is known", async (_, status, body) => {
  expect(await ask(status, body)).toBeUndefined();
});

test("where it does not answer, nothing is known either", async () => {
  expect(await askLostSpans("http://127.0.0.1:9/", 5000)).toBeUndefined();
});
