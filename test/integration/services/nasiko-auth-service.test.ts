import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "./support/service-process.ts";
import { AuthWorld, JWT_SECRET, SERVICE_TOKEN, SUPERUSER, type Account } from "./support/auth-world.ts";
import { at, type Answer } from "./support/http.ts";

let world: AuthWorld;
let root: string;

beforeAll(async () => {
  world = await AuthWorld.start();
  root = await world.token(SUPERUSER);
});

afterAll(async () => {
  expect(await world.stop()).toBe(0);
});

const validate = (token: string): Promise<Answer> => world.post("/auth/validate", token);
const member = async (
  more: Readonly<Record<string, unknown>> = {},
): Promise<Account & { readonly token: string }> => {
  const account = await world.register(root, more);
  return { ...account, token: await world.token(account) };
};
const INVALID = { status: 401, body: { detail: "Invalid or expired token" } };

describe("a login", () => {
  test("with the right secret gives a token that says who it belongs to", async () => {
    const answer = await world.login(SUPERUSER);
    expect(answer).toMatchObject({
      status: 200,
      body: { token_type: "bearer", expires_in: 12 * 3600, is_super_user: true },
    });
    expect(await validate(String(at(answer.body, "token")))).toMatchObject({
      status: 200,
      body: { valid: true, subject_type: "user", username: "admin", is_super_user: true },
    });
    expect((await world.ask("/auth/user/", { token: root })).body).toMatchObject({ username: "admin" });
  });

  test.each([
    ["a wrong secret", { ...SUPERUSER, access_secret: "wrong" }],
    ["an unknown key", { access_key: "NASK_nobody", access_secret: SUPERUSER.access_secret }],
    ["a secret that is too long", { ...SUPERUSER, access_secret: SUPERUSER.access_secret.padEnd(150, "x") }],
  ])("with %s is refused, always with the same words", async (_what, credentials) => {
    expect(await world.login(credentials)).toEqual({ status: 401, body: { detail: "Invalid credentials" } });
  });

  test("is a request with a key and a secret", async () => {
    expect((await world.post("/auth/users/login", "", {})).status).toBe(400);
    expect(
      (await world.post("/auth/users/login", "", { access_key: { $ne: "" }, access_secret: "x" })).status,
    ).toBe(400);
  });
});

describe("a token", () => {
  const partsOf = (
    token: string,
  ): { readonly header: string; readonly payload: string; readonly signature: string } => {
    const [header = "", payload = "", signature = ""] = token.split(".");
    return { header, payload, signature };
  };
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const decode = (text: string): Readonly<Record<string, unknown>> =>
    JSON.parse(Buffer.from(text, "base64url").toString()) as Readonly<Record<string, unknown>>;
  const signed = (head: string, body: string, secret: string): string =>
    `${head}.${body}.${createHmac("sha256", secret).update(`${head}.${body}`).digest("base64url")}`;
  const secretOf = (issuer: unknown): string =>
    createHmac("sha256", JWT_SECRET).update(String(issuer)).digest("hex");

  test("made by hand with the derived secret passes, so that the refusals below are about what they say", async () => {
    const { header: head, payload: body } = partsOf(root);
    expect((await validate(signed(head, body, secretOf(decode(body)["iss"])))).status).toBe(200);
  });

  test.each<readonly [string, (token: string) => string]>([
    [
      "tampered with",
      (token) => {
        const { header: head, payload: body, signature: sign } = partsOf(token);
        return `${head}.${encode({ ...decode(body), sub: "somebody-else" })}.${sign}`;
      },
    ],
    [
      "expired",
      (token) => {
        const { header: head, payload: body } = partsOf(token);
        const claims = decode(body);
        return signed(head, encode({ ...claims, exp: 1_700_000_000 }), secretOf(claims["iss"]));
      },
    ],
    [
      "without an end",
      (token) => {
        const { header: head, payload: body } = partsOf(token);
        const claims = decode(body);
        return signed(head, encode({ ...claims, exp: undefined }), secretOf(claims["iss"]));
      },
    ],
    ["that says alg: none", (token) => `${encode({ alg: "none", typ: "JWT" })}.${partsOf(token).payload}.`],
    [
      "that says alg: none, signed",
      (token) => {
        const { payload: body } = partsOf(token);
        return signed(encode({ alg: "none" }), body, secretOf(decode(body)["iss"]));
      },
    ],
    [
      "of another algorithm",
      (token) => {
        const { payload: body } = partsOf(token);
        const head = encode({ alg: "HS512" });
        const sign = createHmac("sha512", secretOf(decode(body)["iss"]))
          .update(`${head}.${body}`)
          .digest("base64url");
        return `${head}.${body}.${sign}`;
      },
    ],
    [
      "of a foreign key",
      (token) => {
        const { header: head, payload: body } = partsOf(token);
        return signed(head, body, "another-secret");
      },
    ],
    [
      "signed with the secret of a user's own",
      (token) => {
        const { header: head, payload: body } = partsOf(token);
        return signed(head, encode({ ...decode(body), iss: "somebody-else:1" }), secretOf("somebody-else:1"));
      },
    ],
    [
      "that is oversized",
      (token) => {
        const { header: head, payload: body } = partsOf(token);
        const claims = decode(body);
        return signed(head, encode({ ...claims, more: "x".repeat(4096) }), secretOf(claims["iss"]));
      },
    ],
    ["that is none", () => "not-a-token"],
    ["that is a key", () => SUPERUSER.access_key],
  ])("%s is refused", async (_what, forge) => {
    expect(await validate(forge(root))).toEqual(INVALID);
  });

  test("that is missing or empty is asked for", async () => {
    expect(await validate("")).toEqual({ status: 401, body: { detail: "Not authenticated" } });
    expect(
      await world.ask("/auth/validate", { method: "POST", headers: { authorization: "Bearer " } }),
    ).toEqual({
      status: 401,
      body: { detail: "Token required" },
    });
  });
});

describe("a registration", () => {
  test("needs a super user's token", async () => {
    const { token } = await member();
    const wanted = { username: "mallory", email: "mallory@example.org", is_super_user: true };
    expect((await world.post("/auth/users/register", "", wanted)).status).toBe(401);
    expect((await world.post("/auth/users/register", SERVICE_TOKEN, wanted)).status).toBe(401);
    expect(await world.post("/auth/users/register", token, wanted)).toEqual({
      status: 403,
      body: { detail: "Super user access required" },
    });
    expect((await world.post("/auth/users/check", root, { username: "mallory" })).body).toEqual({
      exists: false,
    });
  });

  test("shows the secret once, and keeps neither it nor its hash in any later answer or log", async () => {
    const account = await world.register(root);
    const { body } = await world.ask(`/auth/users/${account.id}`, { token: root });
    expect(body).toMatchObject({ user_id: account.id, access_key: account.access_key, status: "active" });
    const seen =
      JSON.stringify([body, (await world.ask("/auth/users", { token: root })).body]) + world.output();
    expect(seen).not.toContain(account.access_secret);
    expect(seen).not.toContain("$2b$");
  });

  test("of the same name at the same time succeeds once", async () => {
    const wanted = { username: "Racer", email: "racer@example.org" };
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => world.post("/auth/users/register", root, wanted)),
    );
    const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b);
    expect(statuses).toEqual([200, ...Array.from({ length: 11 }, () => 400)]);
    expect(answers.find(({ status }) => status === 400)?.body).toEqual({
      detail: "A user with this name or address already exists",
    });
    expect((await world.post("/auth/users/check", root, { username: "racer" })).body).toEqual({
      exists: true,
    });
  });
});

describe("who there is", () => {
  test("is found out by super users only, by nobody's guesses", async () => {
    const { token } = await member({ organization: "acme" });
    const ask = { username: "admin" };
    expect((await world.post("/auth/users/check", token, ask)).status).toBe(403);
    expect((await world.post("/auth/users/check", SERVICE_TOKEN, ask)).status).toBe(401);
    expect((await world.post("/auth/users/check", "", ask)).status).toBe(401);
    expect(await world.post("/auth/users/check", root, ask)).toEqual({ status: 200, body: { exists: true } });
  });
});

describe("revoking", () => {
  test("a user voids the tokens there and at the gateway at once; reinstating does not bring them back", async () => {
    const { id, token, ...credentials } = await member();
    expect((await validate(token)).status).toBe(200);
    expect(world.kong.groupsOf(id)).toEqual(["nasiko-user"]);
    expect(await world.post(`/auth/tokens/revoke-user/${id}`, root)).toMatchObject({
      status: 200,
      body: { gateway_in_step: true },
    });
    expect(await validate(token)).toEqual(INVALID);
    expect(world.kong.credentialsOf(id)).toEqual([]);
    expect((await world.login(credentials)).status).toBe(401);

    expect((await world.post(`/auth/users/${id}/reinstate`, root)).status).toBe(200);
    expect(await validate(token)).toEqual(INVALID);
    expect((await validate(await world.token(credentials))).status).toBe(200);
    expect(world.kong.credentialsOf(id)).toHaveLength(1);
  });

  test("regenerating gives other credentials, and the old ones are worth nothing", async () => {
    const { id, token, ...old } = await member();
    const { body } = await world.post(`/auth/users/${id}/regenerate-credentials`, root);
    expect(await validate(token)).toEqual(INVALID);
    expect((await world.login(old)).status).toBe(401);
    const fresh = {
      access_key: String(at(body, "access_key")),
      access_secret: String(at(body, "access_secret")),
    };
    expect((await validate(await world.token(fresh))).status).toBe(200);
  });

  test("is not for members, not about oneself, and not about the stack's own super user", async () => {
    const { id, token } = await member();
    const other = await member({ is_super_user: true });
    const self = String(at((await world.ask("/auth/user", { token: root })).body, "user_id"));
    expect((await world.post(`/auth/tokens/revoke-user/${self}`, token)).status).toBe(403);
    expect((await world.post(`/auth/tokens/revoke-user/${self}`, root)).status).toBe(409);
    expect((await world.post(`/auth/tokens/revoke-user/${self}`, other.token)).status).toBe(409);
    expect((await world.ask(`/auth/users/${id}`, { method: "DELETE", token })).status).toBe(403);
    expect((await world.ask("/auth/users/unknown", { method: "DELETE", token: root })).status).toBe(404);
    expect((await world.ask(`/auth/users/${id}`, { method: "DELETE", token: root })).status).toBe(200);
    expect(await validate(token)).toEqual(INVALID);
    expect(world.kong.groupsOf(id)).toEqual([]);
  });

  test("everybody at once leaves nobody a token, and everybody their credentials", async () => {
    const { token, ...credentials } = await member();
    expect((await world.post("/auth/emergency/revoke-all", token)).status).toBe(403);
    expect((await world.post("/auth/emergency/revoke-all", root)).status).toBe(200);
    expect(await validate(token)).toEqual(INVALID);
    expect(await validate(root)).toEqual(INVALID);
    root = await world.token(SUPERUSER);
    expect((await validate(await world.token(credentials))).status).toBe(200);
  });
});

describe("the audit trail", () => {
  test("tells the super user, and nobody else, who changed what", async () => {
    const { id, token } = await member();
    await world.post(`/auth/tokens/revoke-user/${id}`, root);
    expect((await world.ask("/auth/audit", { token })).status).toBe(401);
    const other = await member();
    expect((await world.ask("/auth/audit", { token: other.token })).status).toBe(403);
    const { body } = await world.ask("/auth/audit?limit=5", { token: root });
    const entries = at(body, "entries") as readonly { readonly action: string }[];
    expect(entries.filter(({ action }) => action !== "refused")).toMatchObject([
      { action: "user.register" },
      { action: "user.revoke", target: id },
      { action: "user.register" },
    ]);
  });
});

describe("what somebody tried and was refused", () => {
  const refusals = async (): Promise<readonly unknown[]> =>
    at((await world.ask("/auth/audit?limit=500", { token: root })).body, "entries") as readonly unknown[];

  test("leaves a line that says who, what and from where, once and not a thousand times", async () => {
    const { id, access_key, token } = await member();
    for (let tries = 0; tries < 5; tries++) {
      await world.login({ access_key, access_secret: "wrong" });
      await world.ask("/auth/users", { token });
    }
    const entries = await eventually(async () => {
      const found = await refusals();
      return found.some((entry) => at(entry, "actor") === id) ? found : undefined;
    });
    expect(
      entries.filter((entry) => at(entry, "action") === "login.refused" && at(entry, "target") === id),
    ).toEqual([expect.objectContaining({ actor: "unknown", detail: { from: "127.0.0.1", limited: false } })]);
    expect(entries.filter((entry) => at(entry, "actor") === id)).toEqual([
      expect.objectContaining({ action: "refused", target: "GET /auth/users" }),
    ]);
    expect(JSON.stringify(entries)).not.toContain(access_key);
  });
});

describe("the gateway", () => {
  test("gets back what it lost, loses what is not ours to keep, and keeps what is somebody else's", async () => {
    const { id } = await member();
    const foreign = { id: "foreign", tags: ["by-hand"], username: "by-hand", custom_id: "by-hand" };
    world.kong.consumers.push(foreign);
    world.kong.consumers.push({
      id: "stale",
      tags: ["nasiko-auth"],
      username: "user-gone",
      custom_id: "gone",
    });
    world.kong.jwts.splice(0);
    const { id: other } = await member();
    expect(world.kong.credentialsOf(id)).toHaveLength(1);
    expect(world.kong.credentialsOf(other)).toHaveLength(1);
    expect(world.kong.consumers).toContainEqual(foreign);
    expect(world.kong.consumers.map(({ username }) => username)).not.toContain("user-gone");
  });

  test("that cannot be reached gets everything later; tokens are void here at once", async () => {
    const { id, token } = await member();
    world.kong.broken = true;
    expect(await world.post(`/auth/tokens/revoke-user/${id}`, root)).toMatchObject({
      status: 200,
      body: { gateway_in_step: false },
    });
    expect(await validate(token)).toEqual(INVALID);
    expect(world.kong.credentialsOf(id)).toHaveLength(1);
    world.kong.broken = false;
    await eventually(() => (world.kong.credentialsOf(id).length === 0 ? true : undefined));
  });
});

// The last, because the address that all tests come from has spent its attempts then.
describe("a login", () => {
  test("guessed ten thousand times stays cheap and refused, and locks nobody out who has the right secret", async () => {
    const { access_key, access_secret } = await member();
    const outcomes = new Map<number, number>();
    const guess = async (): Promise<void> => {
      const { status } = await world.login({ access_key, access_secret: "wrong" });
      outcomes.set(status, (outcomes.get(status) ?? 0) + 1);
    };
    for (let round = 0; round < 200; round++) await Promise.all(Array.from({ length: 50 }, guess));
    expect([...outcomes.keys()].toSorted()).toEqual([401, 429]);
    // Only the first few are told that they are wrong.
    expect(outcomes.get(401)).toBeLessThanOrEqual(10);
    // All clients of one machine come from one address: who guesses there takes nobody's right secret away.
    expect((await world.login({ access_key, access_secret })).status).toBe(200);
    const unknown = { access_key: "NASK_one-more-guess", access_secret: "wrong" };
    expect((await world.login(unknown)).status).toBe(429);
    expect((await world.login(SUPERUSER)).status).toBe(200);
  });
});
