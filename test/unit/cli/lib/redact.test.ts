import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { createRedaction, HIDDEN, textsIn } from "../../../../cli/lib/redact.ts";

const nothingKnown = createRedaction([]);

describe("what is known to be a secret", () => {
  test("goes, wherever it stands and however it is written", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 6, maxLength: 40 }),
        fc.string(),
        fc.string(),
        // What stands for a secret must not make one.
        (secret, before, after) => {
          fc.pre(!HIDDEN.includes(secret));
          const redact = createRedaction([secret]);
          const forms = [secret, JSON.stringify(secret), encodeURIComponent(secret)];
          for (const form of [...forms, Buffer.from(secret).toString("base64")])
            expect(redact(`${before}\n${form}\n${after}`).split("\n")).not.toContain(form);
        },
      ),
    );
  });

  test("goes as a whole when another is a part of it; words that open nothing stay", () => {
    const redact = createRedaction(["hunter22", "hunter22-and-more", "local"]);
    expect(redact("hunter22-and-more, hunter22, local")).toBe(`${HIDDEN}, ${HIDDEN}, local`);
  });

  test("is found in structured values", () => {
    expect(textsIn({ weather: { KEY: "one", other: ["two", 3, null] } })).toEqual(["one", "two"]);
  });
});

describe("what looks like a secret goes, whoever it belongs to:", () => {
  test.each([
    ["authorization: Bearer abc.def-123", `authorization: Bearer ${HIDDEN}`],
    ["token eyJhbGciOiJIUzI1.eyJzdWIiOiIxIn0.c2ln", `token ${HIDDEN}`],
    ["using sk-proj-0123456789abcdef", `using ${HIDDEN}`],
    ["mongodb://root:hunter2@mongodb:27017/x", `mongodb://root:${HIDDEN}@mongodb:27017/x`],
    ['"OPENAI_API_KEY": "abcdefgh"', `"OPENAI_API_KEY": "${HIDDEN}"`],
    ["MONGO_PASSWORD=changeme1 next", `MONGO_PASSWORD=${HIDDEN} next`],
    ["/x?api_key=abcdefgh&y=1", `/x?api_key=${HIDDEN}&y=1`],
    ["-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", HIDDEN],
    ["AKIAIOSFODNN7EXAMPLE", HIDDEN],
  ])("%s", (text, shown) => {
    expect(nothingKnown(text)).toBe(shown);
  });

  test.each([
    '{"tokens": 1200, "secret": null, "NASIKO_AGENT_SECRETS": "(set, hidden)"}',
    "the passphrase is missing: see docs",
    "http://127.0.0.1:9100/agents/agent-a/",
    "nasiko/kong:9d0fd845a9d65b98 sha256:0123456789abcdef",
  ])("and what only sounds like one stays: %s", (text) => {
    expect(nothingKnown(text)).toBe(text);
  });

  test("in a time that grows with the text alone", () => {
    const long = `${"secret".repeat(20_000)} ${"a:".repeat(50_000)} ://${"x".repeat(100_000)}`;
    expect(nothingKnown(long)).toHaveLength(long.length);
  });
});
