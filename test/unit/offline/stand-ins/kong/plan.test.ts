import { describe, expect, test } from "vitest";
import type { Plugin } from "../../../../../offline/stand-ins/kong/src/entities/plugin.ts";
import {
  enabledKinds,
  pluginKinds,
  unknownPlugins,
} from "../../../../../offline/stand-ins/kong/src/plugins/kinds.ts";
import { HeaderList } from "../../../../../offline/stand-ins/kong/src/http/header-list.ts";
import {
  planRequest,
  type IncomingFacts,
  type Plan,
} from "../../../../../offline/stand-ins/kong/src/proxy/plan.ts";
import { buildSnapshot, type Snapshot } from "../../../../../offline/stand-ins/kong/src/proxy/snapshot.ts";
import { examplePlugin, exampleRoute, exampleService, stored } from "./examples.ts";

const kinds = pluginKinds(() => 0);
const service = exampleService({ name: "s", host: "agent", port: 5000 });
const route = exampleRoute({ paths: ["/agents/a"], service: { id: service.id } });

const snapshotOf = (plugins: readonly Plugin[] = [], routes = [route], services = [service]): Snapshot =>
  buildSnapshot(stored({ services, routes, plugins }), kinds);

const request = (fields: Partial<IncomingFacts> = {}): IncomingFacts => ({
  method: "GET",
  target: "/agents/a/x?q=1",
  httpVersion: "1.1",
  rawHeaders: ["Host", "Gateway.example:9100"],
  clientAddress: "10.0.0.9",
  localPort: 8000,
  secure: false,
  requestId: "r1",
  ...fields,
});

const responseHeaders = (plan: Plan, given: readonly (readonly [string, string])[] = []): HeaderList => {
  const headers = new HeaderList(given);
  plan.finish(headers);
  return headers;
};
const forwarded = (plan: Plan): Extract<Plan, { kind: "forward" }> => {
  if (plan.kind !== "forward") throw new Error(`not forwarded: ${JSON.stringify(plan.answer)}`);
  return plan;
};

describe("a request that matches a route", () => {
  test("goes to the service, without the prefix, with Kong's headers", () => {
    const plan = forwarded(planRequest(snapshotOf(), request()));
    expect(plan.target).toBe("/x?q=1");
    expect(plan.service).toEqual(service);
    expect(Object.fromEntries(plan.headers.toPairs())).toEqual({
      Host: "agent:5000",
      Via: "1.1 kong/3.9.0-standin",
      "X-Forwarded-For": "10.0.0.9",
      "X-Forwarded-Proto": "http",
      "X-Forwarded-Host": "gateway.example",
      "X-Forwarded-Port": "8000",
      "X-Forwarded-Path": "/agents/a/x",
      "X-Forwarded-Prefix": "/agents/a",
      "X-Real-IP": "10.0.0.9",
      "X-Kong-Request-Id": "r1",
    });
  });

  test("does not carry on what a client claims about its way, nor hop-by-hop headers", () => {
    const claims = [
      "X-Forwarded-Host",
      "evil",
      "X-Forwarded-Prefix",
      "/evil",
      "X-Real-IP",
      "1.1.1.1",
      "X-Forwarded-For",
      "1.1.1.1",
    ];
    const hops = [
      "Connection",
      "X-Secret, keep-alive",
      "X-Secret",
      "s",
      "Keep-Alive",
      "5",
      "TE",
      "trailers",
      "Upgrade",
      "h2c",
      "Proxy",
      "x",
    ];
    const plain = exampleRoute({ paths: ["/p"], strip_path: false, service: { id: service.id } });
    const plan = forwarded(
      planRequest(
        snapshotOf([], [plain]),
        request({ target: "/p", rawHeaders: ["Host", "h", ...claims, ...hops] }),
      ),
    );
    expect(plan.headers.get("X-Forwarded-Host")).toBe("h");
    expect(plan.headers.get("X-Real-IP")).toBe("10.0.0.9");
    expect(plan.headers.get("X-Forwarded-For")).toBe("1.1.1.1, 10.0.0.9");
    for (const name of [
      "X-Forwarded-Prefix",
      "Connection",
      "X-Secret",
      "Keep-Alive",
      "TE",
      "Upgrade",
      "Proxy",
    ])
      expect(plan.headers.has(name), name).toBe(false);
  });

  test("keeps the client's host when the route says so", () => {
    const preserving = exampleRoute({ paths: ["/"], preserve_host: true, service: { id: service.id } });
    const plan = forwarded(planRequest(snapshotOf([], [preserving]), request()));
    expect(plan.headers.get("Host")).toBe("Gateway.example:9100");
  });

  test("sends bytes that may not stand in a request line encoded", () => {
    const plan = forwarded(planRequest(snapshotOf(), request({ target: '/agents/a/%C3%A9 "%2e%2e%2F' })));
    expect(plan.target).toBe("/%C3%A9%20%22..%2F");
  });
});

describe("a request is answered here", () => {
  test.each([
    ["no route matches", { target: "/nowhere" }, 404, "no Route matched with those values"],
    ["dot segments leave the route", { target: "/agents/a/../b" }, 404, "no Route matched with those values"],
    ["its target is broken", { target: "/agents/a/%zz" }, 400, "Bad request"],
    ["its method is TRACE", { method: "TRACE" }, 405, "Method not allowed"],
  ])("when %s", (_, fields, status, error) => {
    expect(planRequest(snapshotOf(), request(fields))).toMatchObject({
      kind: "answer",
      answer: { status, error },
    });
  });

  test("when the route has no service", () => {
    const plan = planRequest(snapshotOf([], [exampleRoute({ paths: ["/"] })]), request());
    expect(plan).toMatchObject({ answer: { status: 503, error: "no Service found with those values" } });
  });

  test("when the service is switched off", () => {
    const off = exampleService({ id: service.id, enabled: false });
    expect(planRequest(snapshotOf([], [route], [off]), request())).toMatchObject({ answer: { status: 404 } });
  });

  test("when the route is for the other protocol", () => {
    const of = (protocol: string): Snapshot =>
      snapshotOf([], [exampleRoute({ paths: ["/"], protocols: [protocol], service: { id: service.id } })]);
    expect(planRequest(of("http"), request({ secure: true }))).toMatchObject({ answer: { status: 404 } });
    const plan = forwarded(planRequest(of("https"), request({ secure: true, localPort: 8443 })));
    expect([plan.headers.get("X-Forwarded-Proto"), plan.headers.get("X-Forwarded-Port")]).toEqual([
      "https",
      "8443",
    ]);
  });

  test("when the route wants TLS", () => {
    const secure = (code: number): Snapshot =>
      snapshotOf(
        [],
        [exampleRoute({ paths: ["/"], protocols: ["https"], https_redirect_status_code: code })],
      );
    expect(planRequest(secure(426), request())).toMatchObject({ answer: { status: 426 } });
    expect(planRequest(secure(301), request())).toMatchObject({
      answer: { status: 301, headers: [["Location", "https://Gateway.example:9100/agents/a/x?q=1"]] },
    });
  });
});

describe("plugins", () => {
  const termination = (status: number, place: object = {}): Plugin =>
    examplePlugin(kinds, { name: "request-termination", config: { status_code: status }, ...place });

  test("count where they name their place most exactly", () => {
    const ofRoute = { route: { id: route.id } };
    const ofService = { service: { id: service.id } };
    const plugins = [
      termination(500),
      termination(501, ofService),
      termination(502, ofRoute),
      termination(503, { ...ofRoute, ...ofService }),
    ];
    const statusWith = (list: readonly Plugin[]): unknown => {
      const plan = planRequest(snapshotOf(list), request());
      return plan.kind === "answer" ? plan.answer.status : plan.kind;
    };
    expect(statusWith(plugins)).toBe(503);
    expect(statusWith(plugins.slice(0, 3))).toBe(502);
    expect(statusWith(plugins.slice(0, 2))).toBe(501);
    expect(statusWith(plugins.slice(0, 1))).toBe(500);
    expect(statusWith([])).toBe("forward");
    expect(statusWith([{ ...termination(502, ofRoute), enabled: false }, termination(500)])).toBe(500);
    expect(statusWith([termination(500, { route: { id: exampleRoute({ paths: ["/"] }).id } })])).toBe(
      "forward",
    );
  });

  test("that are stored but switched off stop the snapshot instead of leaving a route open", () => {
    const none = enabledKinds(kinds, ["off"]);
    expect(() =>
      buildSnapshot(stored({ services: [service], routes: [route], plugins: [termination(503)] }), none),
    ).toThrow(/'request-termination' .* is in use but not enabled/);
    expect(unknownPlugins(kinds, ["bundled", "nasiko-auth"])).toEqual(["nasiko-auth"]);
  });

  test("request-transformer edits headers on their way, but not Host by removing it", () => {
    const config = {
      remove: { headers: ["X-Remove", "Host"] },
      rename: { headers: ["X-Old:X-New"] },
      replace: { headers: ["X-Replace:new", "X-Missing:new"] },
      add: { headers: ["X-Add:a:b", "X-Replace:other"] },
      append: { headers: ["X-Add:second"] },
    };
    const plugin = examplePlugin(kinds, { name: "request-transformer", config });
    const rawHeaders = ["Host", "h", "x-remove", "1", "X-Old", "o", "X-Replace", "old", "X-Replace", "old2"];
    const { headers } = forwarded(planRequest(snapshotOf([plugin]), request({ rawHeaders })));
    expect(headers.get("Host")).toBe("agent:5000");
    expect(headers.has("X-Remove") || headers.has("X-Old") || headers.has("X-Missing")).toBe(false);
    expect(headers.getAll("X-New")).toEqual(["o"]);
    expect(headers.getAll("X-Replace")).toEqual(["new"]);
    expect(headers.getAll("X-Add")).toEqual(["a:b", "second"]);
  });

  test("request-transformer can strip identity headers that a client made up", () => {
    const plugin = examplePlugin(kinds, {
      name: "request-transformer",
      config: { remove: { headers: ["X-Subject-ID"] } },
    });
    const rawHeaders = ["Host", "h", "x-SUBJECT-id", "root", "X-Subject-Id", "root2"];
    expect(
      forwarded(planRequest(snapshotOf([plugin]), request({ rawHeaders }))).headers.has("X-Subject-ID"),
    ).toBe(false);
  });

  test("request-termination waits for its trigger", () => {
    const plugin = examplePlugin(kinds, {
      name: "request-termination",
      config: { trigger: "stop", body: "<p>", content_type: "text/html" },
    });
    expect(planRequest(snapshotOf([plugin]), request()).kind).toBe("forward");
    expect(planRequest(snapshotOf([plugin]), request({ target: "/agents/a?stop" }))).toMatchObject({
      answer: { status: 503, body: "<p>", headers: [["Content-Type", "text/html"]] },
    });
  });
});

describe("cors", () => {
  const withCors = (config: object): Snapshot => snapshotOf([examplePlugin(kinds, { name: "cors", config })]);
  const from = (origin: string, more: readonly string[] = []): Partial<IncomingFacts> => ({
    rawHeaders: ["Host", "h", "Origin", origin, ...more],
  });
  const preflight = (origin: string): Partial<IncomingFacts> => ({
    method: "OPTIONS",
    ...from(origin, ["Access-Control-Request-Method", "PUT", "Access-Control-Request-Headers", "x-a"]),
  });

  test("answers a preflight without asking the service", () => {
    const plan = planRequest(
      withCors({ max_age: 60, methods: ["GET", "PUT"] }),
      request(preflight("http://o")),
    );
    if (plan.kind !== "answer") throw new Error("asked the service");
    expect(plan.answer.status).toBe(200);
    expect(Object.fromEntries(plan.answer.headers ?? [])).toEqual({
      "Access-Control-Allow-Origin": "*",
      "Access-Control-Allow-Headers": "x-a",
      "Access-Control-Allow-Methods": "GET,PUT",
      "Access-Control-Max-Age": "60",
    });
    expect(responseHeaders(plan).toPairs()).toEqual([]);
  });

  test("names the origin when credentials are allowed to all", () => {
    const plan = planRequest(withCors({ origins: ["*"], credentials: true }), request(from("http://o")));
    const headers = responseHeaders(plan, [["Vary", "Accept"]]);
    expect(headers.get("Access-Control-Allow-Origin")).toBe("http://o");
    expect(headers.get("Access-Control-Allow-Credentials")).toBe("true");
    expect(headers.getAll("Vary")).toEqual(["Accept", "Origin"]);
  });

  test.each([
    [["http://a.example", "http://b.example"], "http://b.example", "http://b.example"],
    [["http://a.example", "http://b.example"], "http://b.example:80", "http://b.example"],
    [["http://a.example", "http://b.example"], "https://b.example", undefined],
    [["http://a.example", "http://b.example"], "http://b.example.evil", undefined],
    [[String.raw`.*\.example`], "http://x.example", "http://x.example"],
    [[String.raw`.*\.example`], "http://x.example.evil", undefined],
    [["http://only.example"], "http://other", "http://only.example"],
  ])("with origins %j lets %s read: %s", (origins, origin, expected) => {
    const plan = planRequest(withCors({ origins }), request(from(origin)));
    expect(
      responseHeaders(plan, [["Access-Control-Allow-Origin", "upstream's"]]).get(
        "Access-Control-Allow-Origin",
      ),
    ).toBe(expected);
  });

  test("set on everything, also covers requests that match no route", () => {
    const plan = planRequest(withCors({}), request({ target: "/nowhere", ...from("http://o") }));
    expect(responseHeaders(plan).get("Access-Control-Allow-Origin")).toBe("*");
  });
});
