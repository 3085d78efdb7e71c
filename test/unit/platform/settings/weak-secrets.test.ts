import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { NasikoError } from "../../../../platform/errors/define-error.ts";
import { resolveSettings } from "../../../../platform/settings/resolve.ts";
import { weaknessOf } from "../../../../platform/settings/weak-secrets.ts";

const refused = (values: Readonly<Record<string, string>>): readonly NasikoError[] => {
  const env = [{ name: ".env", values }];
  const result = resolveSettings({ stack: "local", architecture: "x64", env, stackConfig: {} });
  return result.ok ? [] : result.problems;
};

describe("a secret", () => {
  test.each([
    "password",
    "kong",
    "Changeme123",
    " difficultsecret ",
    "your-super-secret-jwt-key-change-in-production",
    "your-openai-api-key-goes-here",
    "<put the key of OpenAI here>",
    "${OPENAI_API_KEY_OF_PRODUCTION}",
    "CHANGE_ME_BEFORE_YOU_GO_LIVE",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "k3Y-of-19-characte",
  ])("like %j is weak", (secret) => {
    expect(weaknessOf(secret)).toBeDefined();
  });

  test("that is random is not, whatever letters it has", () => {
    const bytes = fc.uniqueArray(fc.integer({ min: 0, max: 255 }), { minLength: 20, maxLength: 32 });
    const random = bytes.map((values) => Buffer.from(values).toString("base64url"));
    fc.assert(fc.property(random, (secret) => weaknessOf(secret) === undefined));
  });
});

describe("mode enterprise", () => {
  const weak = { JWT_SECRET: "changeme", MONGO_ROOT_PASSWORD: "password", OPENAI_API_KEY: "your-api-key" };

  test("does not start with weak secrets, and names all of them with what to do, and none of their values", () => {
    const problems = refused({ AUTH_MODE: "enterprise", ...weak });
    expect(problems.map(({ code, message }) => `${code} ${message}`).toSorted()).toEqual([
      "NSK-SECRET-WEAK JWT_SECRET protects nothing: it is a default that everybody knows.",
      "NSK-SECRET-WEAK MONGO_ROOT_PASSWORD protects nothing: it is a default that everybody knows.",
      "NSK-SECRET-WEAK OPENAI_API_KEY protects nothing: it is a placeholder.",
    ]);
    const told = problems
      .map(({ message, detail, suggestion }) => `${message} ${detail} ${suggestion}`)
      .join(" ");
    expect(told).toContain("JWT_SECRET=$(openssl rand -hex 24)");
    expect(told).not.toContain("changeme");
    expect(told).not.toContain("your-api-key");
  });

  test("stops whatever its secrets are; mode simple takes them as they are; generated ones always pass", () => {
    expect(refused({ AUTH_MODE: "enterprise", NASIKO_RUNNING: "false", ...weak })).toEqual([]);
    expect(refused({ AUTH_MODE: "simple", ...weak })).toEqual([]);
    expect(refused({ AUTH_MODE: "enterprise" })).toEqual([]);
  });
});
