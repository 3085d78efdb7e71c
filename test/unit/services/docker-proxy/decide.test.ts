import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decide } from "../../../../services/docker-proxy/src/decide.ts";

const STACK = "local";
const ALLOWED_PATHS = ["/_ping", "/version", "/containers/json", "/events"];

/** Path, version and query of an allowed request as the engine will read them. */
function sent(method: string, target: string): { path: string; query: URLSearchParams } {
  const decision = decide(method, target, STACK);
  if (decision.kind === "deny") throw new Error(`denied: ${decision.reason}`);
  const url = new URL(decision.path, "http://docker");
  return { path: url.pathname.replace(/^\/v\d+\.\d+(?=\/)/, ""), query: url.searchParams };
}

const labelsOf = (query: URLSearchParams): unknown =>
  (JSON.parse(query.get("filters") ?? "{}") as { label?: unknown }).label;

describe("what a registry needs is allowed", () => {
  test.each(["/_ping", "/version", "/v1.41/_ping", "/v1.41/version"])(
    "%s goes through as it is",
    (target) => {
      expect(decide("GET", target, STACK)).toMatchObject({ kind: "allow", path: target });
      expect(decide("HEAD", target, STACK)).toMatchObject({ kind: "allow", path: target });
    },
  );

  test("a list without filters is narrowed to the stack", () => {
    expect(labelsOf(sent("GET", "/containers/json?all=1").query)).toEqual(["nasiko.stack=local"]);
    expect(sent("GET", "/containers/json?all=1").query.get("all")).toBe("1");
  });

  test("the caller's filters are kept beside the stack's label", () => {
    const filters = { label: ["nasiko.kind=agent"], event: { die: true } };
    const { query } = sent("GET", `/v1.41/events?filters=${encodeURIComponent(JSON.stringify(filters))}`);
    expect(JSON.parse(query.get("filters") ?? "")).toEqual({
      label: ["nasiko.kind=agent", "nasiko.stack=local"],
      event: ["die"],
    });
  });

  test("asking for another stack gives that label and ours, which no container has both of", () => {
    const filters = encodeURIComponent('{"label":{"nasiko.stack=other":true}}');
    expect(labelsOf(sent("GET", `/containers/json?filters=${filters}`).query)).toEqual([
      "nasiko.stack=other",
      "nasiko.stack=local",
    ]);
  });
});

describe("everything else is denied", () => {
  test.each([
    ["POST", "/containers/create"],
    ["DELETE", "/containers/x"],
    ["POST", "/_ping"],
    ["OPTIONS", "/version"],
    ["get", "/version"],
    ["GET", "/containers/abc/json"],
    ["GET", "/containers/abc/logs"],
    ["GET", "/images/json"],
    ["GET", "/info"],
    ["GET", "/"],
    ["GET", ""],
    ["GET", "*"],
    ["GET", "//containers/json"],
    ["GET", "/containers//json"],
    ["GET", "/containers/json/"],
    ["GET", "/containers/./json"],
    ["GET", "/containers/x/../json"],
    ["GET", "/version/../info"],
    ["GET", "/containers%2fjson"],
    ["GET", "/containers/%6ason"],
    ["GET", "/containers/json%00"],
    ["GET", "/Containers/json"],
    ["GET", "/CONTAINERS/JSON"],
    ["GET", "/V1.41/version"],
    ["GET", "/v1.41/v1.41/version"],
    ["GET", "/v1.41//version"],
    ["GET", "/containers\\json"],
    ["GET", "/containers/json#x"],
    ["GET", "/containers/json;x"],
    ["GET", "/version\n"],
    ["GET", "http://docker/version"],
    ["GET", "http://docker/containers/json"],
    ["GET", "//docker/version"],
    ["GET", "/constructor"],
    ["GET", "/__proto__"],
    ["GET", "/version?verbose=1"],
    ["GET", "/containers/json?size=1"],
    ["GET", "/containers/json?toString=1"],
    ["GET", "/containers/json?all=1&all=0"],
    ["GET", "/containers/json?filters={}&filters={}"],
    ["GET", "/containers/json?filters=%7B%7D&%66ilters=%7B%7D"],
    ["GET", "/containers/json?filters=[]"],
    ["GET", "/containers/json?filters=nonsense"],
    ["GET", '/containers/json?filters={"volume":["x"]}'],
    ["GET", '/containers/json?filters={"before":["x"]}'],
    ["GET", '/containers/json?filters={"label":"x"}'],
    ["GET", '/containers/json?filters={"label":[1]}'],
    ["GET", '/events?filters={"network":["x"]}'],
    ["GET", "/_ping?filters={}"],
    ["GET", "/events?since=x"],
  ])("%s %j", (method, target) => {
    expect(decide(method, target, STACK).kind).toBe("deny");
  });
});

describe("for any request", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ...[
        "/",
        "//",
        "..",
        ".",
        "%2f",
        "%2F",
        "%2e",
        "\\",
        "?",
        "&",
        "=",
        "#",
        ";",
        "v1.41",
        "/v1.41",
        "_ping",
      ],
      ...["version", "containers", "json", "events", "exec", "images", "filters", "label", "nasiko.stack=x"],
      ...["/containers/json", "/events", "%00", "\r\n", "http://docker", "{}", '{"label":["a"]}', "all=1"],
    ),
    fc.string({ maxLength: 6 }),
  );
  const target = fc.oneof(
    fc.array(piece, { maxLength: 8 }).map((parts) => parts.join("")),
    fc
      .tuple(fc.constantFrom(...ALLOWED_PATHS), fc.array(piece, { maxLength: 6 }))
      .map(([path, parts]) => `${path}?${parts.join("")}`),
  );

  test("what is allowed is one of the four endpoints, with nothing a parser could read otherwise", () => {
    fc.assert(
      fc.property(fc.constantFrom("GET", "HEAD", "POST", "PUT", "DELETE"), target, (method, text) => {
        const decision = decide(method, text, STACK);
        if (decision.kind === "deny") return;
        expect(["GET", "HEAD"]).toContain(method);
        const [path = "", query = ""] = decision.path.split("?", 2);
        expect(ALLOWED_PATHS).toContain(path.replace(/^\/v\d+\.\d+(?=\/)/, ""));
        expect(query).toMatch(/^[\w=&%.*+-]*$/);
        // The engine and any proxy read the same path, however they normalise.
        expect(new URL(decision.path, "http://docker").pathname).toBe(path);
      }),
      { numRuns: 3000 },
    );
  });

  test("a list or a stream is always narrowed to the stack, whatever labels were asked for", () => {
    const labels = fc.oneof(fc.array(fc.string()), fc.dictionary(fc.string(), fc.boolean()));
    fc.assert(
      fc.property(fc.constantFrom("/containers/json", "/v1.41/events"), labels, (path, label) => {
        const query = new URLSearchParams({ filters: JSON.stringify({ label }) }).toString();
        const kept = labelsOf(sent("GET", `${path}?${query}`).query);
        expect(kept).toContain("nasiko.stack=local");
        expect(kept).toEqual(expect.arrayContaining(Array.isArray(label) ? label : Object.keys(label)));
      }),
    );
  });
});
