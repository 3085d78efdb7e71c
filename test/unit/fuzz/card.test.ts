import fc from "fast-check";
import { expect, test } from "vitest";

import { cardAt } from "../../../engine/formats/a2a/card-at.ts";
import { readCard } from "../../../engine/formats/a2a/card.ts";
import { readAgentCard } from "../../../platform/agents/agent-card.ts";
import { checkCard } from "../../../services/service-registry/src/card.ts";
import { almost } from "./mutations.ts";

const text = almost(
  [
    '{"name":"Translator","description":"d","version":"1.0.0","url":"http://localhost:5000","skills":[{"id":"a","name":"A","tags":["x"],"examples":["e"]}],"protocolVersion":"0.3.0","preferredTransport":"JSONRPC"}',
    '{"name":"B","supportedInterfaces":[{"url":"http://b/","protocolBinding":"HTTP+JSON","protocolVersion":"1.0"}],"capabilities":{"streaming":true},"port":8000}',
  ],
  [
    ...[
      '"',
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      "null",
      '"name":',
      '"skills":[',
      '"url":"http://127.0.0.1:6379"',
      '{"a":',
      "1e999",
    ],
    ...['"__proto__":{"x":1},', '"constructor":', "\\u0000", '"$where":"1",'],
  ],
);

test("an agent's card from its container is one, or not, with a short reason", () => {
  fc.assert(
    fc.property(text, (body) => {
      const check = checkCard(body);
      if (check.kind === "no card") expect(check.reason.length).toBeLessThan(300);
      else expect(readCard(check.card)?.name.trim()).not.toBe("");
    }),
  );
});

test("a card that its folder holds is read, or refused with a line of it", () => {
  fc.assert(
    fc.property(text, (body) => {
      const { card, problems } = readAgentCard("AgentCard.json", body);
      expect(card === undefined).toBe(problems.length > 0);
      for (const { message, detail = "" } of problems) expect((message + detail).length).toBeLessThan(2000);
    }),
  );
});

test("whatever a card holds, it has texts and at least one address", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      const card = readCard(
        typeof value === "object" && value !== null && !Array.isArray(value)
          ? { name: "n", ...value }
          : value,
      );
      if (card === undefined) return;
      expect(card.interfaces.length).toBeGreaterThan(0);
      for (const { url, binding, version } of card.interfaces)
        expect([url, binding, version].every((one) => typeof one === "string")).toBe(true);
    }),
  );
});

test("a card that is served elsewhere names that place, and reads as the same agent", () => {
  const here = "http://127.0.0.1:9100/agents/agent-a/";
  fc.assert(
    fc.property(text, (body) => {
      const check = checkCard(body);
      if (check.kind !== "card") return;
      const moved = readCard(cardAt(check.card, here));
      expect(moved?.name).toBe(readCard(check.card)?.name);
      expect(moved?.interfaces.some(({ url }) => url === here)).toBe(true);
    }),
  );
});
