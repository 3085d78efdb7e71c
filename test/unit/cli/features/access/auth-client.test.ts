import { describe, expect, test } from "vitest";
import { createAuthClient, type AuthClient } from "../../../../../cli/features/access/auth-client.ts";
import { idsOf } from "../../../../../cli/features/access/find-user.ts";
import type { GatewayAnswer, GatewayRequest } from "../../../../../cli/stack/gateway/ask-gateway.ts";

const SERVICE = { "x-kong-upstream-latency": "1" };
const alice = {
  user_id: "u1",
  username: "alice",
  email: "alice@nasiko.localhost",
  is_super_user: false,
  status: "active",
  organizations: ["default"],
};

/** A gateway that always gives this answer, and remembers what it was asked. */
function answering(
  answer: Partial<GatewayAnswer>,
  token: string | null = "t",
): { readonly client: AuthClient; readonly asked: GatewayRequest[] } {
  const asked: GatewayRequest[] = [];
  const ask = (request: GatewayRequest): Promise<GatewayAnswer> => {
    asked.push(request);
    return Promise.resolve({ status: 200, headers: SERVICE, body: {}, ...answer });
  };
  return { client: createAuthClient({ stack: "team", token: token ?? undefined, ask }), asked };
}
const codeOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "no error",
    (error: unknown) => (error instanceof Error && "code" in error ? error.code : error),
  );

describe("the authentication service", () => {
  test("is asked with the token that is kept", async () => {
    const { client, asked } = answering({ body: { users: [alice] } });
    expect(await client.users()).toEqual([alice]);
    expect(asked).toEqual([{ path: "/auth/users", token: "t" }]);
  });

  test("is not asked by somebody who is not logged in", async () => {
    const { client, asked } = answering({}, null);
    expect(await codeOf(client.users())).toBe("NSK-NOT-LOGGED-IN");
    expect(asked).toEqual([{ path: "/auth/health" }]);
  });

  test("is not there for anybody in mode simple, logged in or not", async () => {
    const absent = { status: 404, headers: {} };
    expect(await codeOf(answering(absent, null).client.users())).toBe("NSK-MODE-SIMPLE");
    expect(await codeOf(answering(absent, null).client.login({ accessKey: "k", accessSecret: "s" }))).toBe(
      "NSK-MODE-SIMPLE",
    );
  });

  test("is asked for names that cannot lead to another path", async () => {
    const permissions = {
      agent_id: "a",
      owner_id: null,
      can_be_accessed_by_users: [],
      can_be_accessed_by_agents: [],
    };
    const { client, asked } = answering({ body: permissions });
    await client.withdraw("../users", "users", "u/../../1?x");
    expect(asked[0]?.path).toBe("/auth/agents/..%2Fusers/access/users/u%2F..%2F..%2F1%3Fx");
  });

  test.each<[string, Partial<GatewayAnswer>, string]>([
    ["is not there in mode simple", { status: 404, headers: {} }, "NSK-MODE-SIMPLE"],
    ["knows no such user", { status: 404, body: { detail: "There is no such user" } }, "NSK-REQUEST-REFUSED"],
    ["does not know the token any more", { status: 401 }, "NSK-NOT-LOGGED-IN"],
    [
      "lets only super users do that",
      { status: 403, body: { detail: "Super user access required" } },
      "NSK-ACCESS-DENIED",
    ],
    ["was asked too often", { status: 429, headers: { "retry-after": "7" } }, "NSK-TOO-MANY-ATTEMPTS"],
    ["is down", { status: 503, headers: {} }, "NSK-AUTH-UNAVAILABLE"],
  ])("%s, which is an error with a code", async (_, answer, code) => {
    expect(await codeOf(answering(answer).client.users())).toBe(code);
  });

  test("refuses a login with wrong credentials", async () => {
    const { client } = answering({ status: 401 }, null);
    expect(await codeOf(client.login({ accessKey: "k", accessSecret: "s" }))).toBe("NSK-LOGIN-REFUSED");
  });

  test("says why it refuses, in its own words", async () => {
    const { client } = answering({
      status: 400,
      body: { detail: "A user with this name or address already exists." },
    });
    const adding = client.addUser({
      username: "a",
      email: "a@b.example",
      organization: "default",
      isSuperUser: false,
    });
    await expect(adding).rejects.toThrow(
      "The platform does not do that: A user with this name or address already exists.",
    );
  });
});

describe("users", () => {
  test("are found by name in any case, and by id", () => {
    expect(idsOf(["Alice", "u1"], [alice])).toEqual(["u1", "u1"]);
  });

  test("who are not there are named all at once, with who may have been meant", () => {
    expect(() => idsOf(["alcie", "u1", "zoe"], [alice])).toThrow(/"alcie".*\n.*"zoe"/);
    expect(() => idsOf(["alcie"], [alice])).toThrow(
      expect.objectContaining({ code: "NSK-USER-UNKNOWN", suggestion: "Did you mean alice?" }),
    );
  });
});
