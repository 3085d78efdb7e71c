import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { askRouter, type Question } from "../../../../../cli/features/chat/ask-router.ts";
import { wholeTrace } from "../../../../../cli/features/chat/hops.ts";
import type { Span } from "../../../../../cli/stack/traces/span.ts";

let server: Server;
let answer: (request: IncomingMessage, body: string, response: ServerResponse) => void;
let question: Question;
const told: string[] = [];

beforeEach(async () => {
  told.length = 0;
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => answer(request, Buffer.concat(parts).toString(), response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  question = {
    ...{ stack: "local", token: undefined, query: "hello", agent: undefined, session: "s" },
    gateway: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    onEvent: ({ type }) => told.push(type),
  };
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const lines = (...events: readonly unknown[]): string =>
  events.map((event) => `${typeof event === "string" ? event : JSON.stringify(event)}\n`).join("");
const DONE = { type: "done", outcome: "answered", session_id: "s", recorded: true };

describe("a question", () => {
  test("begins a trace, and is answered by what the router says last", async () => {
    let seen: IncomingMessage | undefined;
    let sent = "";
    answer = (request, body, response) => {
      seen = request;
      sent = body;
      response.end(
        lines(
          { type: "progress", message: "looking" },
          "no JSON at all",
          { type: "of tomorrow" },
          { type: "reply", agent: "translator", text: "bonjour" },
          DONE,
        ),
      );
    };
    const reply = await askRouter({ ...question, agent: "translator", token: "t" });
    expect(reply).toMatchObject({ text: "bonjour", agent: "translator", reason: undefined });
    expect(seen?.headers["traceparent"]).toBe(`00-${reply.span.traceId}-${reply.span.spanId}-01`);
    expect(seen?.headers.authorization).toBe("Bearer t");
    expect(JSON.parse(sent)).toEqual({ query: "hello", session_id: "s", agent: "translator" });
    expect(told).toEqual(["progress", "reply", "done"]);
  });

  test.each([
    [{ type: "none", reason: "no agent fits" }, "no agent fits"],
    [{ type: "error", message: "it broke" }, "it broke"],
    [{ type: "progress", message: "x" }, "the router ended without an answer"],
  ])("that is not answered says why: %j", async (event, reason) => {
    answer = (_request, _body, response) => response.end(lines(event));
    const reply = await askRouter(question);
    expect(reply).toMatchObject({ text: undefined, reason, span: { failed: true } });
  });

  test.each([
    [401, {}, "NSK-CHAT-LOGIN", "Stack local answers nobody who is not logged in"],
    [400, { message: "query is too long" }, "NSK-CHAT-REFUSED", "not taken: query is too long."],
    [502, "<html>", "NSK-CHAT-REFUSED", "not taken: status 502."],
  ])("that is refused with %d says so", async (status, body, code, message) => {
    answer = (_request, _body, response) =>
      response.writeHead(status).end(typeof body === "string" ? body : JSON.stringify(body));
    await expect(askRouter(question)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message) as unknown,
    });
  });

  test("that breaks off is a gateway that does not answer", async () => {
    answer = (_request, _body, response) => {
      response.writeHead(200);
      response.write(lines({ type: "progress", message: "x" }), () => response.destroy());
    };
    await expect(askRouter(question)).rejects.toMatchObject({ code: "NSK-GATEWAY-UNREACHABLE" });
  });
});

describe("the way of a question", () => {
  const span = (spanId: string, parentId?: string): Span => ({
    ...{ traceId: "t", spanId, parentId, name: "n", start: 0, end: 1, failed: false, attributes: {} },
  });
  const waitFor = async (looks: readonly (readonly Span[])[]): Promise<readonly [number, number]> => {
    let look = 0;
    let now = 0;
    const store = { trace: () => Promise.resolve(looks[Math.min(look++, looks.length - 1)] ?? []) };
    const found = await wholeTrace(
      store,
      span("own"),
      (pause) => {
        now += pause;
        return Promise.resolve();
      },
      () => now,
    );
    return [found.length, look];
  };

  test("is shown when nothing of it hangs in the air and nothing more comes", async () => {
    const whole = [span("own"), span("a", "own"), span("b", "a")];
    expect(await waitFor([[], [span("own")], [span("own"), span("b", "a")], whole, whole])).toEqual([3, 5]);
  });

  test("is shown as far as it is known when the rest does not come", async () => {
    const [found, looks] = await waitFor([[span("own"), span("b", "lost")]]);
    expect(found).toBe(2);
    expect(looks).toBeGreaterThan(10);
  });
});
