import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { composeReply } from "../../../../offline/stand-ins/ollama/src/reply.ts";

describe("what the Ollama stand-in generates", () => {
  test("says that no model is behind it, and what was asked", () => {
    const { pieces, promptTokens, reason } = composeReply({ model: "llama3.2", prompt: "Why is it blue?" });
    expect(pieces.join("")).toMatch(/no language model is behind it.*“Why is it blue\?”/);
    expect(promptTokens).toBe(4);
    expect(reason).toBe("stop");
  });

  test("is JSON when JSON is wanted, for every prompt and limit", () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.option(fc.integer({ min: -2, max: 50 }), { nil: undefined }),
        (prompt, limit) => {
          const { pieces } = composeReply({ model: "m", prompt, json: true, limit });
          expect(JSON.parse(pieces.join(""))).toMatchObject({ standin: true });
        },
      ),
    );
  });

  test("ends where the caller's limit is", () => {
    const cut = composeReply({ model: "m", prompt: "hello", limit: 3 });
    expect(cut.pieces).toHaveLength(3);
    expect(cut.reason).toBe("length");
    const whole = composeReply({ model: "m", prompt: "hello", limit: -1 });
    expect(whole.reason).toBe("stop");
  });
});
