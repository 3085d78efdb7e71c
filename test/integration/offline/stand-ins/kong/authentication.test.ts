import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { wantedEntities, type Wanted } from "../../../../../services/service-registry/src/kong-entities.ts";
import {
  DEAD_ENDS,
  proxyEntities,
  readProxies,
} from "../../../../../services/service-registry/src/platform-proxies.ts";
import { encode, token } from "../../../../unit/offline/stand-ins/kong/tokens.ts";
import { BUILD_TIME } from "../../images/containers.ts";
import { eventually, told, type Answered } from "./http.ts";
import { World } from "./world.ts";

/** As the registry is told. */
const RULES = {
  stack: "test",
  mode: "enterprise",
  hosts: ["127.0.0.1", "localhost"],
  origins: ["http://127.0.0.1:9100", "http://localhost:9100"],
  // Of documentation (RFC 5737): nobody here calls from there.
  agentAddresses: ["192.0.2.0/24"],
} as const;

/** Tokens are made here, and time is the machine's: an hour is enough for any test. */
const soon = (): number => Math.floor(Date.now() / 1000) + 3600;
const tokenOf = (key: string, secret: string, claims: Readonly<Record<string, unknown>> = {}): string =>
  token({ iss: key, sub: key, exp: soon(), nbf: soon() - 7200, ...claims }, secret);
const bearer = (text: string): Record<string, string> => ({ Authorization: `Bearer ${text}` });
const alices = (claims: Readonly<Record<string, unknown>> = {}): string =>
  tokenOf("alice:1", "alice's secret", claims);

/**
 * The gateway as the service registry sets it up in mode enterprise, with users made through the Admin API: `one` is
 * behind everything that is protected, `two` behind what is public.
 */
describe("in mode enterprise the gateway", () => {
  let world: World;
  const made = async (
    method: string,
    path: string,
    body?: Readonly<Record<string, unknown>>,
  ): Promise<void> => {
    const answer = await world.admin(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  };
  const place = async (wanted: readonly Wanted[]): Promise<void> => {
    for (const { collection, id, fields } of wanted) await made("PUT", `/${collection}/${id}`, fields);
  };

  beforeAll(async () => {
    world = await World.ready();
    await Promise.all([world.startUpstream("one"), world.startUpstream("two")]);
    const { proxies } = readProxies(
      {
        KONG_AUTH_HOST: "two:5000",
        KONG_BACKEND_HOST: "one:5000",
        KONG_ROUTER_HOST: "one:5000",
        KONG_WEB_HOST: "two:5000",
        KONG_N8N_HOST: "one:5000",
        KONG_REGISTRY_HOST: "two:5000",
      },
      "enterprise",
    );
    for (const proxy of [...proxies, ...DEAD_ENDS]) await place(proxyEntities(RULES, proxy));
    const agent = { id: "c", name: "one", agent: "a", hash: "v1:1", port: 5000, running: true, status: "Up" };
    await place(wantedEntities(RULES, agent));
    for (const user of ["alice", "bob"]) {
      await made("PUT", `/consumers/user-${user}`, { custom_id: user, tags: ["nasiko-auth"] });
      await made("POST", `/consumers/user-${user}/jwt`, { key: `${user}:1`, secret: `${user}'s secret` });
      await made("PUT", `/consumers/user-${user}/acls/nasiko-user`);
    }
    await made("POST", "/consumers/user-alice/acls", { group: "agent:a" });
    await eventually(async () => (await world.proxy("/api/x", { headers: bearer(alices()) })).status === 200);
  }, BUILD_TIME);
  afterAll(() => world.clean());

  const status = async (
    path: string,
    headers: Record<string, string> = {},
    method = "GET",
  ): Promise<number> => (await world.proxy(path, { headers, method })).status;
  const message = ({ status: code, text }: Answered): unknown => [
    code,
    (JSON.parse(text) as { readonly message?: string }).message,
  ];

  test("lets in who is known, and tells the service who that is", async () => {
    const answer = await world.proxy("/api/v1/x", { headers: bearer(alices()) });
    expect(told(answer)).toMatchObject({
      server: "one",
      url: "/api/v1/x",
      headers: { "x-consumer-username": "user-alice", "x-consumer-custom-id": "alice" },
    });
    expect(told(answer).headers["x-consumer-groups"]).toBeUndefined();
    // The services behind check it once more.
    expect(told(answer).headers["authorization"]).toMatch(/^Bearer /);
  });

  test("tells an agent who calls, and gives it nothing that it could use elsewhere", async () => {
    const answer = await world.proxy("/agents/agent-a/", {
      headers: {
        ...bearer(alices()),
        Cookie: "session=1",
        "Proxy-Authorization": "Basic YTpi",
        x_consumer_username: "root",
        "X-Consumer_ID": "root",
        "X-Is_Super-User": "true",
      },
    });
    const { headers } = told(answer);
    expect(headers).toMatchObject({ "x-consumer-username": "user-alice", "x-consumer-custom-id": "alice" });
    for (const name of ["authorization", "cookie", "proxy-authorization", "x_consumer_username"])
      expect(headers[name], name).toBeUndefined();
    expect(Object.keys(headers).filter((name) => name.includes("_"))).toEqual([]);
    expect(answer.headers).toMatchObject({
      "content-security-policy": "sandbox",
      "x-content-type-options": "nosniff",
    });
    expect(answer.headers["set-cookie"]).toBeUndefined();
  });

  test.each(["/api/v1/x", "/router", "/n8n/", "/agents", "/agents/agent-a/", "/agents/agent-a"])(
    "asks who calls before %s",
    async (path) => {
      expect(message(await world.proxy(path))).toEqual([401, "Unauthorized"]);
      for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "HEAD"])
        expect(await status(path, {}, method), method).toBe(401);
    },
  );

  test.each([
    ["/auth/me", "/auth/me"],
    ["/health", "/health"],
    ["/status", "/status"],
    ["/app/main.js", "/main.js"],
  ])("serves %s to everybody", async (path, url) => {
    expect(told(await world.proxy(path))).toMatchObject({ server: "two", url });
  });

  test("asks for a grant before an agent", async () => {
    expect(await status("/agents/agent-a/x", bearer(alices()))).toBe(200);
    const bobs = bearer(tokenOf("bob:1", "bob's secret"));
    expect(message(await world.proxy("/agents/agent-a/x", { headers: bobs }))).toEqual([
      403,
      "You cannot consume this service",
    ]);
    await made("PUT", "/consumers/user-bob/acls/agent:a");
    expect(await status("/agents/agent-a/x", bobs)).toBe(200);
    await made("DELETE", "/consumers/user-bob/acls/agent:a");
    expect(await status("/agents/agent-a/x", bobs)).toBe(403);
  });

  test("forgets a token in the moment in which its credential goes", async () => {
    await made("PUT", "/consumers/user-carol", { custom_id: "carol" });
    await made("PUT", "/consumers/user-carol/acls/nasiko-user");
    for (let generation = 1; generation <= 5; generation += 1) {
      const key = `carol:${generation}`;
      await made("PUT", `/consumers/user-carol/jwt/${key}`, { secret: "s" });
      expect(await status("/api/x", bearer(tokenOf(key, "s")))).toBe(200);
      await made("DELETE", `/consumers/user-carol/jwt/${key}`);
      const answer = await world.proxy("/api/x", { headers: bearer(tokenOf(key, "s")) });
      expect(message(answer)).toEqual([401, "No credentials found for given 'iss'"]);
    }
    await made("DELETE", "/consumers/user-carol");
    expect((await world.admin("GET", "/consumers/user-carol")).status).toBe(404);
  });

  test.each([
    ["a foreign key", tokenOf("alice:1", "another secret")],
    ["no signature", `${encode({ alg: "none" })}.${encode({ iss: "alice:1", exp: 9e9 })}.`],
    ["an end in the past", alices({ exp: 1 })],
    ["no end", alices({ exp: undefined })],
    ["no sense", "invalid-token"],
  ])("refuses a token with %s", async (_, text) => {
    expect(await status("/api/x", bearer(text))).toBe(401);
  });

  test("refuses a token that is larger than any header may be", async () => {
    expect(await status("/api/x", bearer(alices({ padding: "x".repeat(40_000) })))).toBeGreaterThanOrEqual(
      400,
    );
    // One that is large and yet fits is read like any other.
    expect(await status("/api/x", bearer(alices({ padding: "x".repeat(10_000) })))).toBe(200);
  });

  test.each([
    "//api/x",
    "/api//x",
    "/api/",
    "/./api/x",
    "/app/../api/x",
    "/app/%2e%2e/api/x",
    "/app/%2E%2E/api/x",
    "/app/..%2fapi/x",
    "/app/..%2Fapi%2Fx",
    "/auth/../api/x",
    "/auth/%2e%2e/%61pi/x",
    "/%61%70%69/x",
    "/API/x",
    "/Api/x",
    "/api%2fx",
    "/%2fapi/x",
    "/api;/x",
    "/api%00/x",
    "/api/x?a=/auth/",
    "/auth%2f..%2fapi/x",
    "/auth/..;/api/x",
    "/health/../api/x",
    "/health/%2e%2e/n8n/",
    "/status%2f..%2frouter",
    "/agents/agent-A/x",
    "/AGENTS/agent-a/x",
    "/agents//agent-a/x",
    "/agents/./agent-a/x",
    "/agents/%61gent-a/x",
    "/agents/agent-a%2fx",
    "/agents%2fagent-a/x",
    "/app/../agents/agent-a/x",
    "http://127.0.0.1/api/x",
    "/api\\x",
    "/app/..\\api",
  ])("lets nobody unknown past itself, however the path is written: %s", async (path) => {
    const headers = {
      "X-Original-URL": "/health",
      "X-Rewrite-URL": "/health",
      "X-Forwarded-Path": "/health",
    };
    const answer = await world.proxy(path, { headers });
    if (answer.status === 200) expect(told(answer).server).toBe("two");
    else expect([400, 401, 404]).toContain(answer.status);
  });

  test("takes away what callers say about themselves", async () => {
    const claims = {
      "X-Subject-ID": "root",
      "x-subject-TYPE": "user",
      "X-IS-SUPER-USER": "true",
      "x-permissions": "all",
      "X-Valid": "true",
      X_Subject_ID: "root",
      "X-Consumer-Username": "user-root",
      "X-Consumer-Custom-ID": "root",
      "X-Consumer-Groups": "nasiko-super-user",
      "X-Credential-Identifier": "root:1",
    };
    const seen = async (path: string, headers: Record<string, string>): Promise<readonly unknown[]> => {
      const values = Object.entries(told(await world.proxy(path, { headers })).headers);
      return values.filter(([, value]) => /root|super|^true$|^all$/.test(value));
    };
    expect(await seen("/api/x", { ...claims, ...bearer(alices()) })).toEqual([]);
    expect(await seen("/auth/x", claims)).toEqual([]);
    expect(await status("/api/x", claims)).toBe(401);
  });

  test("answers a page's preflight without a token, and nothing else", async () => {
    const own = { Origin: "http://localhost:9100" };
    const preflight = { ...own, "Access-Control-Request-Method": "POST" };
    const answer = await world.proxy("/api/x", { method: "OPTIONS", headers: preflight });
    expect([answer.status, answer.text]).toEqual([200, ""]);
    expect(answer.headers["access-control-allow-origin"]).toBe(own.Origin);
    expect(await status("/api/x", own, "OPTIONS")).toBe(401);
    const refusal = await world.proxy("/api/x", { headers: own });
    // The page has to be able to read why.
    expect([refusal.status, refusal.headers["access-control-allow-origin"]]).toEqual([401, own.Origin]);
    const foreign = { ...preflight, Origin: "http://evil.example" };
    for (const path of ["/api/x", "/agents/agent-a/", "/status"]) {
      const told = await world.proxy(path, { method: "OPTIONS", headers: foreign });
      expect(told.headers["access-control-allow-origin"], path).toBeUndefined();
    }
  });

  test("answers to its own names alone", async () => {
    const known = await world.proxy("/status", { headers: { Host: "localhost:9100" } });
    expect(known.status).toBe(200);
    for (const path of ["/status", "/api/x", "/agents/agent-a/", "/", "/no/such/path"])
      expect(await status(path, { Host: "evil.example:9100" }), path).toBe(421);
    expect(message(await world.proxy("/no/such/path"))).toEqual([404, "no Route matched with those values"]);
  });

  test("refuses a WebSocket of somebody unknown", async () => {
    const upgrade = { Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Key": "x" };
    expect(await status("/api/socket", upgrade)).toBe(401);
  });

  test("bounds what guesses cost, however a login is spelt, and keeps nobody out for longer than a second", async () => {
    const limit = async (path: string): Promise<unknown> =>
      (await world.proxy(path, { method: "POST" })).headers["x-ratelimit-limit-second"];
    for (const path of ["/auth/users/login", "/auth/users/login/", "/auth/users/log%69n"])
      expect(await limit(path)).toBe("20");
    const guesses = async (): Promise<boolean> => {
      const tries = Array.from({ length: 80 }, () => status("/auth/users/login", {}, "POST"));
      return (await Promise.all(tries)).includes(429);
    };
    await eventually(guesses);
    await eventually(async () => (await status("/auth/users/login", {}, "POST")) === 200);
  });

  test("knows everybody again after a restart", async () => {
    await world.restartKong();
    expect(await status("/api/x", bearer(alices()))).toBe(200);
    expect(await status("/api/x")).toBe(401);
  });
});
