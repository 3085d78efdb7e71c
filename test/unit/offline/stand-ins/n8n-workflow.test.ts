import { describe, expect, test } from "vitest";
import { planWorkflow, WorkflowDraft } from "../../../../offline/stand-ins/n8n/src/workflow.ts";
import { answering, RESPOND, WEBHOOK } from "./workflows.ts";

const plan = (value: unknown): ReturnType<typeof planWorkflow> => planWorkflow(WorkflowDraft.parse(value));

const problemOf = (value: unknown): string => {
  const result = plan(value);
  return result.ok ? "none" : result.problem;
};

describe("a workflow that the n8n stand-in can run", () => {
  test("answers a webhook with the JSON that it holds", () => {
    expect(plan(answering({ responseBody: '{"greeting":"bonjour"}' }))).toEqual({
      ok: true,
      webhook: {
        method: "GET",
        path: "greet",
        answer: {
          status: 200,
          contentType: "application/json; charset=utf-8",
          body: '{"greeting":"bonjour"}',
        },
      },
    });
  });

  test("may answer with a text, with nothing, and with another status", () => {
    const text = plan(answering({ respondWith: "text", responseBody: "hi", options: { responseCode: 202 } }));
    expect(text).toMatchObject({ webhook: { answer: { status: 202, body: "hi" } } });
    const nothing = plan(answering({ respondWith: "noData" }));
    expect(nothing).toMatchObject({ webhook: { answer: { contentType: undefined, body: "" } } });
  });

  test("needs no answer of its own when the webhook answers at once", () => {
    const draft = { name: "w", nodes: [WEBHOOK({ responseMode: "onReceived" })], connections: {} };
    expect(plan(draft)).toMatchObject({
      webhook: { answer: { body: '{"message":"Workflow was started"}' } },
    });
  });

  test("ignores notes and nodes that are switched off", () => {
    const draft = answering({});
    const others = [
      { name: "Note", type: "n8n-nodes-base.stickyNote" },
      { name: "Off", type: "n8n-nodes-base.code", disabled: true },
    ];
    expect(plan({ ...draft, nodes: [...draft.nodes, ...others] }).ok).toBe(true);
  });
});

describe("a workflow that it cannot run is refused for its reason", () => {
  const base = answering({});
  const withNodes = (...nodes: readonly unknown[]): unknown => ({ ...base, nodes });

  test.each([
    ["another node", withNodes(...base.nodes, { name: "AI", type: "n8n.agent" }), /nodes of type n8n.agent/],
    ["no webhook", withNodes(RESPOND({})), /exactly one webhook/],
    ["two webhooks", withNodes(WEBHOOK({}), WEBHOOK({})), /exactly one webhook/],
    ["two answers", withNodes(WEBHOOK({}), RESPOND({}), RESPOND({})), /at most one answer/],
    ["no answer", withNodes(WEBHOOK({})), /nothing answers/],
    ["an answer that nothing leads to", { ...base, connections: {} }, /nothing answers/],
    ["a protected webhook", withNodes(WEBHOOK({ authentication: "basicAuth" }), RESPOND({})), /protect/],
    ["a path with parameters", withNodes(WEBHOOK({ path: "users/:id" }), RESPOND({})), /fixed/],
    ["a computed path", withNodes(WEBHOOK({ path: "={{ 1 }}" }), RESPOND({})), /fixed/],
    ["several methods", withNodes(WEBHOOK({ httpMethod: ["GET", "POST"] }), RESPOND({})), /one method/],
    ["an expression", answering({ responseBody: "={{ $json }}" }), /expression/],
    ["a body that is no JSON", answering({ responseBody: "{" }), /no JSON/],
    ["an answer from data", answering({ respondWith: "allIncomingItems" }), /allIncomingItems/],
  ])("%s", (_what, draft, reason) => {
    expect(problemOf(draft)).toMatch(reason);
  });
});
