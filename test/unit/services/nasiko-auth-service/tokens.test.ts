import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { pluginKinds } from "../../../../offline/stand-ins/kong/src/plugins/kinds.ts";
import { planRequest } from "../../../../offline/stand-ins/kong/src/proxy/plan.ts";
import { buildSnapshot } from "../../../../offline/stand-ins/kong/src/proxy/snapshot.ts";
import { createTokens } from "../../../../services/nasiko-auth-service/src/tokens.ts";
import { guardsOf } from "../../../../services/service-registry/src/guard.ts";
import { rulesOf } from "../service-registry/rules.ts";
import {
  exampleAcl,
  exampleConsumer,
  exampleJwtSecret,
  examplePlugin,
  exampleRoute,
  exampleService,
  stored,
} from "../../offline/stand-ins/kong/examples.ts";
import { encode, token } from "../../offline/stand-ins/kong/tokens.ts";

/** Seconds since the epoch. */
const NOW = 1_800_000_000;
const KEY = "alice:3";
const tokens = createTokens("the-jwt-secret-of-this-test-0000000", 3600);
const SECRET = tokens.secretOf(KEY);

/** The gateway with the guards that the service registry writes. */
const kinds = pluginKinds(() => NOW * 1000);
const service = exampleService({ name: "backend" });
const alice = exampleConsumer({ username: "user-alice", custom_id: "alice" });
const gateway = buildSnapshot(
  stored({
    services: [service],
    routes: [exampleRoute({ paths: ["/api"], service: { id: service.id }, strip_path: false })],
    plugins: guardsOf(rulesOf("enterprise", { agentAddresses: ["192.0.2.0/24"] }), {}).map(
      ({ name, config }) => examplePlugin(kinds, { name, config }),
    ),
    consumers: [alice],
    jwtSecrets: [exampleJwtSecret({ consumer: { id: alice.id }, key: KEY, secret: SECRET })],
    acls: [exampleAcl(alice, "nasiko-user")],
  }),
  kinds,
);

const passesGateway = (text: string): boolean =>
  planRequest(gateway, {
    method: "GET",
    target: "/api/v1",
    httpVersion: "1.1",
    rawHeaders: ["Host", "gateway", "Authorization", `Bearer ${text}`],
    clientAddress: "10.0.0.9",
    localPort: 8000,
    secure: false,
    requestId: "r1",
  }).kind === "forward";
const passesAuthService = async (text: string): Promise<boolean> => (await tokens.read(text)) !== undefined;

beforeEach(() => void vi.useFakeTimers({ now: NOW * 1000 + 400, toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

const VALID = { iss: KEY, sub: "alice", exp: NOW + 60, nbf: NOW - 60 };

describe("gateway and auth service judge alike", () => {
  test("a token that was just issued: both let it pass", async () => {
    const { token: issued } = await tokens.issue({
      id: "alice",
      kind: "user",
      generation: 3,
      active: true,
      username: "alice",
      email: "",
      is_super_user: false,
      organization: null,
    });
    expect([passesGateway(issued), await passesAuthService(issued)]).toEqual([true, true]);
  });

  test.each<readonly [string, object]>([
    ["is not valid before tomorrow", { nbf: NOW + 86_400 }],
    ["is not valid before the next second", { nbf: NOW + 1 }],
    ["is not valid before a fraction of a second from now", { nbf: NOW + 0.5 }],
    ["does not say since when it is valid", { nbf: undefined }],
    ["says so in a text", { nbf: String(NOW - 60) }],
    ["says null", { nbf: null }],
    ["says a list", { nbf: [NOW - 60] }],
    ["says true", { nbf: true }],
    ["ends now", { exp: NOW }],
    ["has ended before the epoch", { exp: -1 }],
    ["never ends", { exp: undefined }],
    ["ends at a text", { exp: String(NOW + 60) }],
    ["ends in ten years", { exp: NOW + 315_360_000 }],
    ["ends beyond what a number holds exactly", { exp: 2 ** 60 }],
  ])("one that %s: both refuse it", async (_what, claims) => {
    const forged = token({ ...VALID, ...claims }, SECRET);
    expect([passesGateway(forged), await passesAuthService(forged)]).toEqual([false, false]);
  });

  const moment = fc.oneof(
    fc.integer({ min: NOW - 120, max: NOW + 120 }),
    fc.double({ min: NOW - 2, max: NOW + 2, noNaN: true }),
    fc.constantFrom(0, -0, -1, 1e21, -1e21, 2 ** 53, NOW + 604_800, NOW + 604_801, Number.MAX_VALUE),
    fc.constantFrom<unknown>(undefined, null, true, "", String(NOW + 60), [NOW], {}),
  );
  const claims = fc.record({
    iss: fc.oneof(
      { weight: 9, arbitrary: fc.constant<unknown>(KEY) },
      { weight: 1, arbitrary: fc.constantFrom<unknown>("", null, undefined, 3, [KEY], "alice:2") },
    ),
    exp: fc.oneof(fc.constant<unknown>(NOW + 60), moment),
    nbf: fc.oneof(fc.constant<unknown>(NOW - 60), moment),
    sub: fc.constantFrom<unknown>("alice", "bob", undefined, 7),
    iat: fc.constantFrom<unknown>(NOW, "yesterday", undefined, -1),
    jti: fc.constantFrom<unknown>("1", undefined, {}),
    aud: fc.constantFrom<unknown>(undefined, "elsewhere", ["a"]),
  });
  const header = fc.record({
    alg: fc.constantFrom<unknown>("HS256", "HS256", "HS256", "none", "None", "HS512", "RS256", undefined, 1),
    typ: fc.constantFrom<unknown>("JWT", "jwt", undefined, "JWE", "", null, 5),
    kid: fc.constantFrom<unknown>(undefined, "../../dev/null"),
  });

  test("whatever is claimed, in whatever header", async () => {
    await fc.assert(
      fc.asyncProperty(claims, header, async (body, head) => {
        const forged = token(body, SECRET, head);
        expect(await passesAuthService(forged)).toBe(passesGateway(forged));
      }),
      { numRuns: 1500 },
    );
  });

  test("whatever becomes of the text of a token on its way", async () => {
    const genuine = token(VALID, SECRET);
    const [head = "", body = "", sign = ""] = genuine.split(".");
    const text = fc.oneof(
      fc.nat({ max: genuine.length }).map((end) => genuine.slice(0, end)),
      fc
        .tuple(
          fc.nat({ max: genuine.length - 1 }),
          fc.constantFrom("A", "z", "0", "9", "-", "_", ".", "=", "+", "/", " "),
        )
        .map(([at, letter]) => genuine.slice(0, at) + letter + genuine.slice(at + 1)),
      fc.constantFrom(
        `${head}.${body}`,
        `${head}.${body}.`,
        `${genuine}.${sign}`,
        `${head}.${encode("alice")}.${sign}`,
        `${encode(null)}.${body}.${sign}`,
        `${encode([])}.${body}.${sign}`,
        "..",
      ),
    );
    await fc.assert(
      fc.asyncProperty(text, async (forged) => {
        expect(await passesAuthService(forged)).toBe(passesGateway(forged));
      }),
      { numRuns: 1500 },
    );
  });
});
