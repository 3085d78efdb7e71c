import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readAnswer, sendCall } from "../../../../services/nasiko-router/src/a2a/message.ts";
import { readRegistered } from "../../../../services/nasiko-router/src/cards/registered.ts";

const file = { name: "a.txt", type: "text/plain", content: Buffer.from("abc") };
const outgoing = { id: "m1", context: "s1", text: "hello", files: [file] };

describe("a message", () => {
  test("is said in the words of A2A 0.3", () => {
    expect(sendCall("0.3", outgoing)).toEqual({
      headers: {},
      body: {
        jsonrpc: "2.0",
        id: "m1",
        method: "message/send",
        params: {
          message: {
            kind: "message",
            role: "user",
            messageId: "m1",
            contextId: "s1",
            parts: [
              { kind: "text", text: "hello" },
              { kind: "file", file: { name: "a.txt", mimeType: "text/plain", bytes: "YWJj" } },
            ],
          },
          configuration: { acceptedOutputModes: ["text/plain", "application/json"], blocking: true },
        },
      },
    });
  });

  test("is said in the words of A2A 1.0, with its header", () => {
    const { headers, body } = sendCall("1.0", { ...outgoing, context: undefined });
    expect(headers).toEqual({ "a2a-version": "1.0" });
    expect(body["method"]).toBe("SendMessage");
    expect(body["params"]).toMatchObject({
      message: {
        role: "ROLE_USER",
        messageId: "m1",
        parts: [{ text: "hello" }, { raw: "YWJj", filename: "a.txt", mediaType: "text/plain" }],
      },
    });
    expect(JSON.stringify(body)).not.toContain("contextId");
  });
});

describe("an answer", () => {
  const said = (text: string): unknown => ({ kind: "said", text });
  const parts = (...texts: readonly string[]): unknown => texts.map((text) => ({ kind: "text", text }));

  test.each<[string, unknown, unknown]>([
    ["a message of 0.3", { kind: "message", parts: parts("bonjour") }, said("bonjour")],
    ["a message of 1.0", { message: { parts: [{ text: "bon" }, { text: "jour" }] } }, said("bon\njour")],
    [
      "a finished task of 0.3",
      { kind: "task", id: "t", status: { state: "completed" }, artifacts: [{ parts: parts("done") }] },
      said("done"),
    ],
    [
      "a finished task of 1.0",
      {
        task: {
          id: "t",
          status: { state: "TASK_STATE_COMPLETED" },
          artifacts: [{ parts: [{ text: "done" }] }],
        },
      },
      said("done"),
    ],
    [
      "a question back",
      { id: "t", status: { state: "input-required", message: { parts: parts("which city?") } } },
      said("which city?"),
    ],
    ["data", { parts: [{ kind: "data", data: { degrees: 7 } }] }, said('{"degrees":7}')],
    ["a file", { parts: [{ kind: "file", file: { name: "plan.pdf", bytes: "" } }] }, said("[file plan.pdf]")],
    [
      "a task at work",
      { kind: "task", id: "t9", status: { state: "working" } },
      { kind: "working", task: "t9", text: "" },
    ],
    [
      "a task of 1.0 at work",
      { task: { id: "t9", status: { state: "TASK_STATE_SUBMITTED" } } },
      { kind: "working", task: "t9", text: "" },
    ],
    [
      "a failed task",
      { id: "t", status: { state: "failed", message: { parts: parts("no key") } } },
      { kind: "failed", reason: "no key" },
    ],
    [
      "nothing to show",
      { parts: [] },
      { kind: "failed", reason: "the agent's answer holds nothing that can be shown" },
    ],
  ])("may be %s", (_name, result, expected) => {
    expect(readAnswer(200, { jsonrpc: "2.0", id: 1, result })).toEqual(expected);
  });

  test("may be an error of the agent or of the gateway", () => {
    expect(readAnswer(200, { error: { code: -32603, message: "boom" } })).toEqual({
      kind: "failed",
      reason: "boom",
    });
    expect(readAnswer(503, { message: "name resolution failed" })).toEqual({
      kind: "failed",
      reason: "the agent answers 503 without a result: name resolution failed",
    });
  });

  test("may be anything at all without harm", () =>
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (result, status) => {
        const bodies: unknown[] = [
          result,
          { result },
          { result: { status, parts: result } },
          { result: { task: { status } } },
        ];
        for (const body of bodies)
          expect(["said", "working", "failed"]).toContain(readAnswer(200, body).kind);
      }),
    ));
});

test("registered agents are found by their address at the gateway, in a list or in an envelope", () => {
  const entry = { id: "other", name: "Translator", url: "http://localhost:9100/agents/agent-translator/" };
  for (const body of [[entry], { data: [entry] }, { data: { agents: [entry] } }])
    expect([...readRegistered(body).keys()]).toEqual(["translator"]);
  expect([...readRegistered([{ id: "by-id", name: "B" }, { name: "nowhere" }, 7, null]).keys()]).toEqual([
    "by-id",
  ]);
  expect(readRegistered({ message: "no list" }).size).toBe(0);
});
