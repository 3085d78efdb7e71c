import { describe, expect, test } from "vitest";
import { readCard } from "../../../../engine/formats/a2a/card.ts";
import { cardText } from "../../../../services/nasiko-router/src/cards/agent-card.ts";
import { createTalk } from "../../../../services/nasiko-router/src/a2a/talk.ts";

/** Says something to an agent that takes calls at one address. */
async function say(
  fields: object,
  takesCallsAt: string,
): Promise<{ readonly said: unknown; readonly asked: readonly string[] }> {
  const card = readCard({ name: "X", ...fields });
  if (card === undefined) throw new Error("no card");
  const asked: string[] = [];
  const talk = createTalk(
    {
      json: (url, { headers } = {}) => {
        asked.push(`${url} ${headers?.["a2a-version"] ?? "0.3"}`);
        const body = { result: { kind: "message", parts: [{ kind: "text", text: "hi" }] } };
        return Promise.resolve(url === takesCallsAt ? { status: 200, body } : { status: 404, body: {} });
      },
      close: () => Promise.resolve(),
    },
    "http://kong",
  );
  const agent = { agent: "x", path: "/agents/agent-x", hash: "1", card, ...cardText(card) };
  const said = await talk(
    agent,
    { id: "1", context: undefined, text: "hello", files: [] },
    { authorization: "", signal: new AbortController().signal },
  );
  return { said, asked };
}
const SAID = { kind: "said", text: "hi" };
const ROUTE = "http://kong/agents/agent-x";

describe("an agent is called", () => {
  test.each<[string, object, string, string]>([
    ["at its root", {}, `${ROUTE}/`, "0.3"],
    ["at the path on its card", { url: "http://localhost:9999/a2a/rpc" }, `${ROUTE}/a2a/rpc`, "0.3"],
    [
      "in the words of the interface that its card offers",
      { supportedInterfaces: [{ url: "http://localhost:8000/a2a", protocolBinding: "JSONRPC" }] },
      `${ROUTE}/a2a`,
      "1.0",
    ],
  ])("%s", async (_what, card, url, version) => {
    expect(await say(card, url)).toEqual({ said: SAID, asked: [`${url} ${version}`] });
  });

  test("at its root, when the path on its card is that of another place", async () => {
    const { said, asked } = await say({ url: "https://agents.example/weather" }, `${ROUTE}/`);
    expect([said, asked]).toEqual([SAID, [`${ROUTE}/weather 0.3`, `${ROUTE}/ 0.3`]]);
  });

  test("not at all when it speaks nothing that is spoken here, which is said by name", async () => {
    expect(await say({ preferredTransport: "GRPC" }, `${ROUTE}/`)).toEqual({
      said: {
        kind: "failed",
        reason: "its card offers gRPC only, and agents are called by JSON-RPC here",
      },
      asked: [],
    });
  });
});
