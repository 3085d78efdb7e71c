import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { luaText, schemaViolation } from "../../../../../offline/stand-ins/kong/src/admin/problem.ts";
import { collections } from "../../../../../offline/stand-ins/kong/src/entities/collection.ts";
import { expandUrl, service } from "../../../../../offline/stand-ins/kong/src/entities/service.ts";
import { route } from "../../../../../offline/stand-ins/kong/src/entities/route.ts";
import { pluginKinds } from "../../../../../offline/stand-ins/kong/src/plugins/kinds.ts";
import { parseForm } from "../../../../../offline/stand-ins/kong/src/schema/form.ts";
import type { Field } from "../../../../../offline/stand-ins/kong/src/schema/field.ts";
import { idOf } from "./examples.ts";
import { anyText, containing, matching } from "./loosely.ts";

const identity = { id: idOf(1), created_at: 1, updated_at: 1 };
const all = collections(pluginKinds(() => 0));

function bodyOf(field: Pick<Field<unknown>, "parse">, input: object): unknown {
  const parsed = field.parse({ ...identity, ...input });
  return parsed.ok ? parsed.value : schemaViolation(parsed.issue).body;
}
const pluginOf = (input: object): unknown => bodyOf({ parse: all.plugins.check }, input);

describe("a service", () => {
  test("has Kong's defaults", () => {
    expect(bodyOf(service, { host: "h" })).toEqual({
      ...identity,
      tags: null,
      name: null,
      retries: 5,
      protocol: "http",
      host: "h",
      port: 80,
      path: null,
      connect_timeout: 60000,
      write_timeout: 60000,
      read_timeout: 60000,
      client_certificate: null,
      tls_verify: null,
      tls_verify_depth: null,
      ca_certificates: null,
      enabled: true,
    });
  });

  test("is refused with all that is wrong, in Kong's form", () => {
    expect(bodyOf(service, { name: "a b", port: 70_000, colour: "red", tags: ["ok", "no,comma"] })).toEqual({
      code: 2,
      name: "schema violation",
      message: matching(/^5 schema violations \(colour: unknown field; host: required field missing; name: /),
      fields: {
        name: containing("the only accepted ascii characters"),
        port: "value should be between 0 and 65535",
        host: "required field missing",
        colour: "unknown field",
        tags: [null, containing("invalid tag 'no,comma'")],
      },
    });
  });

  test.each(["nasiko-local-kong", "127.0.0.1", "::1", "a.b.example", "under_score"])(
    "takes the host %s",
    (host) => {
      expect(bodyOf(service, { host })).toMatchObject({ host });
    },
  );

  test.each(["a:80", "a/b", "a b", "999.1.1.1", "-a", "", "a@b", "a\nb"])("refuses the host %j", (host) => {
    expect(bodyOf(service, { host })).toMatchObject({ code: 2 });
  });

  test.each([
    ["http://up:8000/x", { protocol: "http", host: "up", port: 8000, path: "/x" }],
    ["https://up", { protocol: "https", host: "up", port: 443, path: null }],
    ["http://up/", { protocol: "http", host: "up", port: 80, path: "/" }],
  ])("spells out the URL %s", (url, expected) => {
    expect(expandUrl({ url, name: "n" })).toEqual({ name: "n", ...expected });
  });

  test("refuses what is no URL", () => {
    expect(bodyOf(service, expandUrl({ url: "up", host: "h" }))).toMatchObject({
      fields: { url: "unknown field" },
    });
  });
});

describe("a route", () => {
  test("needs something to match on", () => {
    expect(bodyOf(route, {})).toMatchObject({
      message:
        "schema violation (must set one of 'methods', 'hosts', 'headers', 'paths', 'snis' when 'protocols' is 'https')",
      fields: { "@entity": [anyText()] },
    });
    expect(bodyOf(route, { paths: [], hosts: [] })).toMatchObject({ code: 2 });
  });

  test.each(["x", "//a", "/a/../b", "/a/%zz", "~/(", "/%41", "/a/./b"])("refuses the path %s", (path) => {
    expect(bodyOf(route, { paths: ["/ok", path] })).toMatchObject({
      fields: { paths: [null, anyText()] },
    });
  });

  test.each(["/", "/a", "/a/", "/a%2Fb", "/é", String.raw`~/v\d+`])("takes the path %s", (path) => {
    expect(bodyOf(route, { paths: [path] })).toMatchObject({ paths: [path] });
  });

  test.each(["a.*.b", "*.*", "a*", "a b"])("refuses the host %s", (host) => {
    expect(bodyOf(route, { hosts: [host] })).toMatchObject({ fields: { hosts: [anyText()] } });
  });

  test("refuses what is not implemented instead of ignoring it", () => {
    expect(bodyOf(route, { paths: ["/"], snis: ["x.example"] })).toMatchObject({
      fields: { snis: "'snis' is not supported by this stand-in for Kong" },
    });
  });

  test("may ask for headers alone; what is no expression, and Host, are refused", () => {
    expect(bodyOf(route, { headers: { "X-Version": ["1", "2"] } })).toMatchObject({
      headers: { "X-Version": ["1", "2"] },
    });
    expect(bodyOf(route, { headers: { origin: ["~*^(?!a$)"] } })).toMatchObject({
      headers: { origin: ["~*^(?!a$)"] },
    });
    for (const headers of [{ origin: ["~*("] }, { Host: ["a"] }, { x: "1" }, ["x"]])
      expect(JSON.stringify(bodyOf(route, { paths: ["/"], headers }))).toContain('"fields":{"headers":');
  });
});

describe("a plugin", () => {
  test("that does not exist is refused as one that is not enabled", () => {
    expect(pluginOf({ name: "nasiko-auth" })).toMatchObject({
      code: 2,
      fields: { name: "plugin 'nasiko-auth' not enabled; add it to the 'plugins' configuration property" },
    });
  });

  test("shows its whole configuration", () => {
    expect(pluginOf({ name: "request-termination" })).toMatchObject({
      entity: {
        config: {
          status_code: 503,
          message: null,
          content_type: null,
          body: null,
          echo: false,
          trigger: null,
        },
        protocols: ["grpc", "grpcs", "http", "https"],
        enabled: true,
        consumer: null,
      },
    });
  });

  test.each([
    [{ name: "rate-limiting", config: {} }, "at least one of these fields must be non-empty"],
    [{ name: "rate-limiting", config: { minute: 5, hour: 4 } }, "The limit for hour(4.0) cannot be lower"],
    [{ name: "rate-limiting", config: { minute: 5, policy: "redis" } }, "expected one of: local"],
    [{ name: "cors", config: { origins: ["("] } }, "is not a valid regex"],
    [{ name: "cors", config: { colour: "red" } }, "config.colour: unknown field"],
    [
      { name: "request-transformer", config: { add: { headers: ["x:$(headers.y)"] } } },
      "templates are not supported",
    ],
    [{ name: "request-transformer", config: { add: { headers: ["x"] } } }, "invalid value: x"],
    [{ name: "request-transformer", config: { add: { body: ["a:b"] } } }, "'body' is not supported"],
    [{ name: "request-termination", config: { message: "m", body: "b" } }, "message cannot be used with"],
  ])("%j is refused", (input, message) => {
    expect(pluginOf(input)).toMatchObject({ message: containing(message) });
  });
});

describe("a form", () => {
  test("says what JSON says", () => {
    const form =
      "name=cors&config.origins[]=*&config.origins[]=a&config.credentials=true&config.max_age=5&service.id=x";
    expect(all.plugins.fromForm(parseForm(form))).toEqual({
      name: "cors",
      config: { origins: ["*", "a"], credentials: true, max_age: 5 },
      service: { id: "x" },
    });
    expect(all.routes.fromForm(parseForm("paths=/a&hosts[1]=x&hosts[2]=y&strip_path=false&name="))).toEqual({
      paths: ["/a"],
      hosts: ["x", "y"],
      strip_path: false,
      name: null,
    });
  });

  test("cannot reach the prototype of anything", () => {
    const tree = parseForm("__proto__.polluted=1&config.__proto__.polluted=1");
    expect(Object.keys(tree)).toEqual(["__proto__", "config"]);
    expect(({} as Readonly<Record<string, unknown>>)["polluted"]).toBeUndefined();
  });
});

test("checking is total: whatever comes, an answer comes back", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (input) => {
      for (const collection of [all.services, all.routes, all.plugins])
        expect(typeof collection.check(input).ok).toBe("boolean");
    }),
  );
});

test("what was checked once passes again, unchanged", () => {
  const input = fc.record(
    {
      name: fc.constantFrom("a", "b-c"),
      paths: fc.subarray(["/", "/a", "~/x"], { minLength: 1 }),
      methods: fc.subarray(["GET", "POST"]),
      tags: fc.subarray(["t", "u"]),
      strip_path: fc.boolean(),
    },
    { requiredKeys: ["paths"] },
  );
  fc.assert(
    fc.property(input, (fields) => {
      const first = route.parse({ ...identity, ...fields });
      expect(first.ok && route.parse(JSON.parse(JSON.stringify(first.value)))).toEqual(first);
    }),
  );
});

test("values in messages are printed as Kong does", () => {
  expect(luaText({ name: "cors", service: { id: "x" }, consumer: null })).toBe(
    '{consumer=null,name="cors",service={id="x"}}',
  );
});
