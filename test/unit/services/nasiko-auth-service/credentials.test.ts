import { hash } from "bcryptjs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  agentSecret,
  hashSecret,
  isOutdated,
  newCredentials,
  secretMatches,
  stackAgentSecret,
} from "../../../../services/nasiko-auth-service/src/credentials.ts";

describe("a secret", () => {
  const { access_secret: secret } = newCredentials();

  test("is kept as a salted hash, which is another one each time", async () => {
    const [one, two] = [hashSecret(secret), hashSecret(secret)];
    expect(one).not.toBe(two);
    expect(one).not.toContain(secret);
    expect(await secretMatches(secret, one)).toBe(true);
    expect(await secretMatches(`${secret}x`, one)).toBe(false);
    expect(isOutdated(one)).toBe(false);
  });

  test("that an earlier version hashed with bcrypt still counts", async () => {
    const earlier = await hash(secret, 4);
    expect(isOutdated(earlier)).toBe(true);
    expect(await secretMatches(secret, earlier)).toBe(true);
    expect(await secretMatches("wrong", earlier)).toBe(false);
  });

  test("of nobody is never right", async () => {
    expect(await secretMatches(secret, undefined)).toBe(false);
    expect(await secretMatches("", undefined)).toBe(false);
  });
});

describe("an agent's secret", () => {
  const name = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/);
  const owner = fc.option(fc.uuid());
  const credential = fc.record({ agent: name, owner, generation: fc.uuid() });

  test("is another one for each name, owner and generation", () => {
    fc.assert(
      fc.property(credential, credential, (one, two) => {
        const same = JSON.stringify(one) === JSON.stringify(two);
        expect(agentSecret("s", one) === agentSecret("s", two)).toBe(same);
      }),
    );
  });

  test("of an upload is never that of an agent of the stack", () => {
    fc.assert(
      fc.property(credential, name, (one, two) => {
        expect(agentSecret("s", one)).not.toBe(stackAgentSecret("s", two));
      }),
    );
  });
});
