import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pluginKinds } from "../../../../../offline/stand-ins/kong/src/plugins/kinds.ts";
import { planRequest, type Plan } from "../../../../../offline/stand-ins/kong/src/proxy/plan.ts";
import { buildSnapshot, type Snapshot } from "../../../../../offline/stand-ins/kong/src/proxy/snapshot.ts";
import {
  exampleAcl,
  exampleConsumer,
  exampleJwtSecret,
  examplePlugin,
  exampleRoute,
  exampleService,
  stored,
} from "./examples.ts";
import { encode, signedToken, token } from "./tokens.ts";

const NOW = 1_800_000_000;
const kinds = pluginKinds(() => NOW * 1000);
const service = exampleService({ name: "backend" });
const route = exampleRoute({ paths: ["/api"], service: { id: service.id }, strip_path: false });
const alice = exampleConsumer({ username: "user-alice", custom_id: "alice" });
const bob = exampleConsumer({ username: "user-bob", custom_id: "bob" });
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const pem = (key: typeof rsa.publicKey): string => key.export({ type: "spki", format: "pem" }).toString();
const jwtSecrets = [
  exampleJwtSecret({ consumer: { id: alice.id }, key: "alice:1", secret: "alice's secret" }),
  exampleJwtSecret({ consumer: { id: bob.id }, key: "bob:1", secret: "bob's secret" }),
  exampleJwtSecret({
    consumer: { id: alice.id },
    key: "alice:rsa",
    algorithm: "RS256",
    rsa_public_key: pem(rsa.publicKey),
  }),
  exampleJwtSecret({
    consumer: { id: alice.id },
    key: "alice:ec",
    algorithm: "ES256",
    rsa_public_key: pem(ec.publicKey),
  }),
];

/** As the platform configures it: tokens in one header only, and they have to expire. */
const STRICT = {
  claims_to_verify: ["exp"],
  cookie_names: [],
  uri_param_names: [],
  run_on_preflight: false,
};

function guarded(jwt: object = STRICT, acl?: object): Snapshot {
  const plugins = [
    examplePlugin(kinds, { name: "jwt", config: jwt }),
    ...(acl === undefined ? [] : [examplePlugin(kinds, { name: "acl", config: acl })]),
  ];
  return buildSnapshot(
    stored({
      services: [service],
      routes: [route],
      plugins,
      consumers: [alice, bob],
      jwtSecrets,
      acls: [exampleAcl(alice, "users"), exampleAcl(alice, "agent:a"), exampleAcl(bob, "users")],
    }),
    kinds,
  );
}

interface Sent {
  readonly target?: string;
  readonly method?: string;
  readonly headers?: readonly string[];
}

const send = (snapshot: Snapshot, { target = "/api/v1", method = "GET", headers = [] }: Sent): Plan =>
  planRequest(snapshot, {
    method,
    target,
    httpVersion: "1.1",
    rawHeaders: ["Host", "gateway", ...headers],
    clientAddress: "10.0.0.9",
    localPort: 8000,
    secure: false,
    requestId: "r1",
  });

const bearer = (text: string): readonly string[] => ["Authorization", `Bearer ${text}`];
const outcome = (plan: Plan): unknown => (plan.kind === "forward" ? "passed on" : plan.answer);
const refused = (body: object | string): unknown => ({
  status: 401,
  body: typeof body === "string" ? { message: body } : body,
  headers: [["WWW-Authenticate", body === "Unauthorized" ? "Bearer" : 'Bearer error="invalid_token"']],
});

const VALID = { iss: "alice:1", sub: "alice", exp: NOW + 60 };
const alices = token(VALID, "alice's secret");

describe("a token", () => {
  const answerTo = (text: string): unknown => outcome(send(guarded(), { headers: bearer(text) }));

  test("of a known credential lets its owner in, who is named to the upstream server", () => {
    const plan = send(guarded(), {
      headers: [...bearer(alices), "x-consumer-username", "root", "X-Anonymous-Consumer", "true"],
    });
    if (plan.kind !== "forward") throw new Error(JSON.stringify(plan.answer));
    expect(plan.headers.getAll("X-Consumer-Username")).toEqual(["user-alice"]);
    expect(plan.headers.getAll("X-Consumer-Custom-ID")).toEqual(["alice"]);
    expect(plan.headers.getAll("X-Consumer-ID")).toEqual([alice.id]);
    expect(plan.headers.getAll("X-Credential-Identifier")).toEqual(["alice:1"]);
    expect(plan.headers.has("X-Anonymous-Consumer")).toBe(false);
    expect(plan.headers.get("Authorization")).toBe(`Bearer ${alices}`);
  });

  test("is asked for", () => {
    for (const headers of [
      [],
      ["Authorization", "Bearer "],
      ["Authorization", "Basic YTpi"],
      ["Authorization", ""],
    ])
      expect(outcome(send(guarded(), { headers }))).toEqual(refused("Unauthorized"));
  });

  test.each<[string, string, object | string]>([
    ["is no token", "invalid-token", "Bad token; invalid JSON"],
    ["has too few parts", alices.split(".").slice(0, 2).join("."), "Bad token; invalid JSON"],
    ["has too many parts", `${alices}.x`, "Bad token; invalid JSON"],
    ["claims to need no signature", `${encode({ alg: "none" })}.${encode(VALID)}.`, "Bad token; invalid alg"],
    ["claims so in capitals", `${encode({ alg: "NONE" })}.${encode(VALID)}.`, "Bad token; invalid alg"],
    [
      "names an inherited word as algorithm",
      token(VALID, "x", { alg: "constructor" }),
      "Bad token; invalid alg",
    ],
    ["is encrypted", token(VALID, "alice's secret", { alg: "HS256", typ: "JWE" }), "Bad token; invalid typ"],
    ["has an empty signature", `${alices.split(".").slice(0, 2).join(".")}.`, "Bad token; invalid signature"],
    ["names nobody", token({ exp: NOW + 60 }, "alice's secret"), "No mandatory 'iss' in claims"],
    ["names the empty word", token({ ...VALID, iss: "" }, "alice's secret"), "Invalid 'iss' in claims"],
    [
      "names a credential that is gone",
      token({ ...VALID, iss: "alice:0" }, "alice's secret"),
      "No credentials found for given 'iss'",
    ],
    [
      "names a list of credentials",
      token({ ...VALID, iss: ["alice:1"] }, "alice's secret"),
      "No credentials found for given 'iss'",
    ],
    ["uses another algorithm", token(VALID, "alice's secret", { alg: "HS512" }), "Invalid algorithm"],
    ["was signed by somebody else", token(VALID, "bob's secret"), "Invalid signature"],
    [
      "was changed after it was signed",
      alices.replace(/\.[^.]+\./, `.${encode({ ...VALID, sub: "root" })}.`),
      "Invalid signature",
    ],
    [
      "passes a public key off as a shared secret",
      token({ ...VALID, iss: "alice:rsa" }, pem(rsa.publicKey)),
      "Invalid algorithm",
    ],
    ["is over", token({ ...VALID, exp: NOW }, "alice's secret"), { exp: "token expired" }],
    ["never ends", token({ iss: "alice:1" }, "alice's secret"), { exp: "must be a number" }],
    ["ends in words", token({ ...VALID, exp: "9999999999" }, "alice's secret"), { exp: "must be a number" }],
  ])("is refused that %s", (_, text, reason) => {
    expect(answerTo(text)).toEqual(refused(reason));
  });

  test("may be signed with a private key", () => {
    expect(answerTo(signedToken({ ...VALID, iss: "alice:rsa" }, rsa.privateKey, "RS256"))).toBe("passed on");
    expect(answerTo(signedToken({ ...VALID, iss: "alice:ec" }, ec.privateKey, "ES256"))).toBe("passed on");
    const foreign = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
    expect(answerTo(signedToken({ ...VALID, iss: "alice:ec" }, foreign, "ES256"))).toEqual(
      refused("Invalid signature"),
    );
  });

  test("that was made up or changed in one place never passes", () => {
    const changed = fc
      .tuple(fc.nat(alices.length - 1), fc.constantFrom("A", "b", "7", "_", ".", "=", " "))
      .map(([place, letter]) => alices.slice(0, place) + letter + alices.slice(place + 1))
      // The last letter of a signature has bits that count for nothing.
      .filter((text) => text !== alices && text.slice(0, -1) !== alices.slice(0, -1));
    fc.assert(
      fc.property(fc.oneof(changed, fc.string(), fc.base64String()), (text) => {
        expect(answerTo(text)).not.toBe("passed on");
      }),
    );
  });

  test("must not live longer than the gateway allows", () => {
    const short = guarded({ ...STRICT, maximum_expiration: 60 });
    const living = (seconds: number): unknown =>
      outcome(send(short, { headers: bearer(token({ ...VALID, exp: NOW + seconds }, "alice's secret")) }));
    expect(living(60)).toBe("passed on");
    expect(living(61)).toEqual(refused({ exp: "exceeds maximum allowed expiration" }));
  });

  test("counts only where it is looked for", () => {
    const target = `/api/v1?jwt=${alices}`;
    const cookie = { headers: ["Cookie", `a=b; session=${alices}`] };
    expect(outcome(send(guarded(), { target }))).toEqual(refused("Unauthorized"));
    expect(outcome(send(guarded(), cookie))).toEqual(refused("Unauthorized"));
    // Kong's own default looks at the address, too.
    expect(outcome(send(guarded({}), { target }))).toBe("passed on");
    expect(outcome(send(guarded({ cookie_names: ["session"] }), cookie))).toBe("passed on");
    const two = { target, headers: bearer(token(VALID, "bob's secret")) };
    expect(outcome(send(guarded({}), two))).toEqual(refused("Multiple tokens provided"));
    expect(outcome(send(guarded({}), { target, headers: bearer(alices) }))).toBe("passed on");
  });

  test("of a request that carries two is not chosen from", () => {
    const headers = [...bearer(alices), "AUTHORIZATION", `Bearer ${token(VALID, "bob's secret")}`];
    expect(outcome(send(guarded(), { headers }))).toMatchObject({ status: 400 });
  });

  test("of any size is refused in no time that a caller could use against the gateway", () => {
    const spaces = `x${" ".repeat(30_000)}x`;
    expect(answerTo(`${"a".repeat(10_000)}.${"b".repeat(10_000)}.c`)).toEqual(
      refused("Bad token; invalid JSON"),
    );
    expect(outcome(send(guarded(), { headers: ["Authorization", spaces] }))).toEqual(refused("Unauthorized"));
  });
});

describe("a group", () => {
  const asked = (acl: object, text = alices): unknown =>
    outcome(send(guarded(STRICT, acl), { headers: bearer(text) }));
  const bobs = token({ ...VALID, iss: "bob:1" }, "bob's secret");
  const forbidden = { status: 403, error: "You cannot consume this service" };

  test("that is allowed lets its members in and nobody else", () => {
    expect(asked({ allow: ["agent:a", "supers"] })).toBe("passed on");
    expect(asked({ allow: ["agent:a", "supers"] }, bobs)).toEqual(forbidden);
    expect(asked({ allow: ["nobody"] })).toEqual(forbidden);
  });

  test("that is denied keeps its members out and nobody else", () => {
    expect(asked({ deny: ["agent:a"] })).toEqual(forbidden);
    expect(asked({ deny: ["agent:a"] }, bobs)).toBe("passed on");
  });

  test("is nothing for somebody unknown, whatever the method", () => {
    const sent = (method: string): unknown =>
      outcome(send(guarded(STRICT, { allow: ["users"] }), { method }));
    expect(sent("GET")).toEqual(refused("Unauthorized"));
    // Not a browser's preflight: those are answered by cors, which comes first.
    expect(sent("OPTIONS")).toEqual({ status: 401, error: "Unauthorized" });
  });

  test("is told to the upstream server unless it is hidden", () => {
    const told = (hidden: boolean): unknown => {
      const acl = { allow: ["users"], hide_groups_header: hidden };
      const plan = send(guarded(STRICT, acl), { headers: bearer(alices) });
      return plan.kind === "forward" ? plan.headers.get("X-Consumer-Groups") : plan.answer;
    };
    expect(told(false)).toBe("users, agent:a");
    expect(told(true)).toBeUndefined();
  });

  test("needs either the allowed or the denied ones to be named", () => {
    const complaint =
      (acl: object): unknown =>
      () =>
        guarded(STRICT, acl);
    expect(complaint({})).toThrow(/at least one of these fields/);
    expect(complaint({ allow: ["a"], deny: ["b"] })).toThrow(/only one of these fields/);
  });
});
