import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Route } from "../../../../../offline/stand-ins/kong/src/entities/route.ts";
import { escapePath, normalizePath } from "../../../../../offline/stand-ins/kong/src/http/path.ts";
import {
  buildRouter,
  upstreamPath,
  type RoutedRequest,
} from "../../../../../offline/stand-ins/kong/src/proxy/router.ts";
import { exampleRoute } from "./examples.ts";

const routed = (routes: readonly Route[], request: Partial<RoutedRequest>): string | undefined =>
  buildRouter(
    routes,
    (route) => route,
  )({ method: "GET", path: "/", host: "localhost", headers: () => [], ...request })?.target.name ?? undefined;

/** Routes by what they are matched on; the name says it. */
const named = (name: string, fields: Readonly<Record<string, unknown>>): Route =>
  exampleRoute({ name, ...fields });

describe("the traditional router", () => {
  const routes = [
    named("root", { paths: ["/"] }),
    named("api", { paths: ["/api"] }),
    named("api-v1", { paths: ["/api/v1"] }),
    named("post", { methods: ["POST"], paths: ["/api"] }),
    named("regex", { paths: [String.raw`~/api/v\d+/users$`] }),
    named("host", { hosts: ["Agents.example"] }),
    named("host-path", { hosts: ["agents.example"], paths: ["/x"] }),
    named("wildcard", { hosts: ["*.example"] }),
    named("many", { paths: ["/m", "/many/long/path"] }),
  ];

  test.each<[Partial<RoutedRequest>, string | undefined]>([
    [{ path: "/other" }, "root"],
    [{ path: "/api" }, "api"],
    [{ path: "/apis" }, "api"],
    [{ path: "/api/v1" }, "api-v1"],
    [{ path: "/api/v1/users" }, "regex"],
    [{ path: "/api/v1/users/7" }, "api-v1"],
    [{ path: "/x/api/v1/users" }, "root"],
    [{ path: "/api/v1/users", method: "POST" }, "post"],
    [{ path: "/api", host: "agents.example" }, "host"],
    [{ path: "/api", host: "agents.example:8000" }, "host"],
    [{ path: "/x", host: "agents.example" }, "host-path"],
    [{ path: "/x", host: "other.example" }, "wildcard"],
    [{ path: "/x", host: "other.example:9100" }, "wildcard"],
    [{ path: "/x", host: "example" }, "root"],
    [{ path: "/x", host: "evil.example.com" }, "root"],
    [{ path: "/many/long/path/x" }, "many"],
    [{ path: "/x", host: undefined }, "root"],
  ])("%j goes to %s", (request, expected) => {
    expect(routed(routes, request)).toBe(expected);
  });

  test("answers nothing where nothing fits", () => {
    expect(routed([named("api", { paths: ["/api"] })], { path: "/ap" })).toBeUndefined();
    expect(
      buildRouter<Route>([], (route) => route)({ method: "GET", path: "/", host: "x", headers: () => [] }),
    ).toBeUndefined();
  });

  test("prefers higher regex priority, then older routes", () => {
    const first = named("first", { paths: ["~/a.*"] });
    const second = named("second", { paths: ["~/ab.*"] });
    const urgent = named("urgent", { paths: ["~/abc"], regex_priority: 1 });
    expect(routed([second, first], { path: "/abc" })).toBe("first");
    expect(routed([second, first, urgent], { path: "/abc" })).toBe("urgent");
  });

  test("asks for headers before paths, and for any of a header's values", () => {
    const guarded = named("foreign", {
      hosts: ["agents.example"],
      paths: ["/"],
      headers: { origin: [String.raw`~*^(?!(?:http://own|null)$)`] },
    });
    const versioned = named("version", { paths: ["/x"], headers: { "X-Version": ["1", "Two"] } });
    const lists = [...routes, guarded, versioned];
    const sent =
      (given: Readonly<Record<string, readonly string[]>>): RoutedRequest["headers"] =>
      (name) =>
        given[name.toLowerCase()] ?? [];
    const ask = (path: string, given: Readonly<Record<string, readonly string[]>>, host = "agents.example") =>
      routed(lists, { path, host, headers: sent(given) });
    expect(ask("/x", {})).toBe("host-path");
    expect(ask("/x", { origin: ["http://own"] })).toBe("host-path");
    expect(ask("/x", { origin: ["HTTP://OWN"] })).toBe("host-path");
    expect(ask("/x", { origin: ["http://own.evil"] })).toBe("foreign");
    expect(ask("/x", { origin: ["http://own", "http://evil"] })).toBe("foreign");
    expect(ask("/x", { origin: ["http://evil"] }, "other")).toBe("root");
    expect(ask("/x", { "x-version": ["two"] }, "other")).toBe("version");
    expect(ask("/x", { "x-version": ["3"] }, "other")).toBe("root");
  });

  test("does not depend on the order in which routes are listed", () => {
    const request = fc.record({
      path: fc.constantFrom("/", "/api", "/api/v1/users", "/m/x", "/many/long/path"),
      host: fc.constantFrom("localhost", "agents.example", "x.example"),
      method: fc.constantFrom("GET", "POST"),
    });
    fc.assert(
      fc.property(fc.shuffledSubarray(routes, { minLength: routes.length }), request, (shuffled, asked) => {
        expect(routed(shuffled, asked)).toBe(routed(routes, asked));
      }),
    );
  });

  test("of several plain prefixes takes the longest that fits", () => {
    const prefix = fc
      .array(fc.constantFrom("/a", "/b", "/ab"), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.uniqueArray(prefix, { minLength: 1, maxLength: 6 }), prefix, (prefixes, path) => {
        const fitting = prefixes
          .filter((candidate) => path.startsWith(candidate))
          .toSorted((x, y) => y.length - x.length);
        const list = prefixes.map((value) => exampleRoute({ paths: [value] }));
        const match = buildRouter(
          list,
          (route) => route,
        )({ method: "GET", path, host: "x", headers: () => [] });
        expect(match?.prefix).toBe(fitting[0]);
        if (match !== undefined) expect(`${match.prefix ?? ""}${match.postfix}`).toBe(path);
      }),
    );
  });
});

describe("the path upstream", () => {
  test.each([
    // service path, strip, request, prefix → expected
    [null, true, "/a", "/a", "/"],
    [null, true, "/a/", "/a", "/"],
    [null, true, "/a/b", "/a", "/b"],
    [null, true, "/ab", "/a", "/b"],
    [null, false, "/a/b", "/a", "/a/b"],
    ["/", true, "/a/b", "/a", "/b"],
    ["/base", true, "/a", "/a", "/base"],
    ["/base", true, "/a/", "/a", "/base/"],
    ["/base", true, "/a/b", "/a", "/base/b"],
    ["/base", true, "/ab", "/a", "/base/b"],
    ["/base", false, "/a/b", "/a", "/base/a/b"],
    ["/base", false, "/", "/", "/base"],
    ["/base/", true, "/a", "/a", "/base"],
    ["/base/", true, "/a/", "/a/", "/base/"],
    ["/base/", true, "/", "/", "/base/"],
    ["/base/", true, "/a/b", "/a", "/base/b"],
    ["/base/", false, "/a/b", "/a", "/base/a/b"],
  ])(
    "of service path %j, strip %j, request %s, prefix %s is %s",
    (servicePath, stripPath, requestPath, prefix, expected) => {
      const postfix = requestPath.slice(prefix.length);
      expect(upstreamPath({ servicePath, stripPath, pathHandling: "v0", requestPath, postfix })).toBe(
        expected,
      );
    },
  );

  test("never leaves the service's own path, whatever is asked", () => {
    const piece = fc.constantFrom("..", ".", "%2e%2e", "x", "..x", "", "a", "secret");
    const asked = fc.array(piece, { maxLength: 6 }).map((pieces) => `/agents/a${pieces.join("/")}`);
    const router = buildRouter([exampleRoute({ paths: ["/agents/a"] })], (route) => route);
    fc.assert(
      fc.property(asked, (raw) => {
        const requestPath = normalizePath(raw);
        const match = router({ method: "GET", path: requestPath, host: "x", headers: () => [] });
        fc.pre(match !== undefined);
        const parts = {
          servicePath: "/base",
          stripPath: true,
          pathHandling: "v0",
          requestPath,
          postfix: match.postfix,
        };
        const path = escapePath(upstreamPath(parts));
        expect(`${normalizePath(path)}/`).toMatch(/^\/base\//);
        expect(path.split("/")).not.toContain("..");
      }),
    );
  });
});
