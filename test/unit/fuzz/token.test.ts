import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { readToken } from "../../../offline/stand-ins/kong/src/plugins/jwt/token.ts";
import type { Principal } from "../../../services/nasiko-auth-service/src/principal.ts";
import { createTokens } from "../../../services/nasiko-auth-service/src/tokens.ts";
import { almost } from "./mutations.ts";

const tokens = createTokens("the-secret-of-this-test-000000000000", 3600);
const PRINCIPAL: Principal = {
  ...{ id: "u1", kind: "user", generation: 3, active: true, username: "u", email: "u@example" },
  ...{ is_super_user: false, organization: null },
};
const { token: GENUINE } = await tokens.issue(PRINCIPAL);
const SECRET = tokens.secretOf("u1:3");
const signedPart = (token: string): string => token.slice(0, token.lastIndexOf("."));
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

const changed = almost(
  [GENUINE, `${encode({ alg: "none" })}.${GENUINE.split(".")[1] ?? ""}.`],
  [
    ...[
      ".",
      "..",
      "=",
      "-",
      "_",
      "+",
      "/",
      " ",
      "%2e",
      encode({ alg: "none" }),
      encode({ alg: "HS512", typ: "JWT" }),
    ],
    ...[
      encode({ iss: "u1:3", exp: 1e300 }),
      encode({ iss: "root:1", exp: 9e9 }),
      encode([]),
      encode("x"),
      "e30",
    ],
  ],
);

describe("a token that somebody changed", () => {
  test("is nobody's to the auth service, unless what was signed is unchanged", async () => {
    await fc.assert(
      fc.asyncProperty(changed, async (token) => {
        const subject = await tokens.read(token);
        if (subject === undefined) return;
        expect(signedPart(token)).toBe(signedPart(GENUINE));
        expect(subject).toEqual({ id: "u1", generation: 3 });
      }),
    );
  });

  test("is refused by the gateway in a few words, or is signed with its key only where nothing was changed", () => {
    fc.assert(
      fc.property(changed, (text) => {
        const token = readToken(text);
        if (typeof token === "string") {
          expect(token).toMatch(/^invalid (?:JSON|typ|alg|signature)$/);
          return;
        }
        if (token.isSignedWith("HS256", SECRET)) expect(signedPart(text)).toBe(signedPart(GENUINE));
        expect(token.isSignedWith("HS256", "another key of somebody else")).toBe(false);
        expect(token.isSignedWith("none", "")).toBe(false);
      }),
    );
  });

  test("does not pass the gateway and fail at the auth service", async () => {
    await fc.assert(
      fc.asyncProperty(changed, async (text) => {
        const token = readToken(text);
        const passes =
          typeof token !== "string" && token.header.alg === "HS256" && token.isSignedWith("HS256", SECRET);
        if (passes && text.length < 4096) expect(await tokens.read(text)).toBeDefined();
      }),
    );
  });
});

test("one that nobody changed is its owner's to both", async () => {
  expect(await tokens.read(GENUINE)).toEqual({ id: "u1", generation: 3 });
  const token = readToken(GENUINE);
  expect(typeof token !== "string" && token.isSignedWith("HS256", SECRET)).toBe(true);
});
