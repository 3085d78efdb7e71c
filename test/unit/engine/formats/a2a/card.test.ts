import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { callableBy, pathOnCard, portOnCard } from "../../../../../engine/formats/a2a/call.ts";
import { readCard, type AgentCard } from "../../../../../engine/formats/a2a/card.ts";

const cardOf = (fields: object): AgentCard => {
  const card = readCard({ name: "X", ...fields });
  if (card === undefined) throw new Error("no card");
  return card;
};

describe("a card", () => {
  test("is read as far as it can be", () => {
    expect(readCard({ name: " X ", description: 7, skills: [{ name: "s" }, "no skill"], tags: "t" })).toEqual(
      {
        name: "X",
        description: "",
        version: "",
        tags: [],
        skills: [{ id: "", name: "s", description: "", tags: [], examples: [] }],
        interfaces: [{ url: "", binding: "JSONRPC", version: "0.3" }],
      },
    );
  });

  test.each([null, "card", [], {}, { name: "" }, { name: 1 }])("is not %j", (value) => {
    expect(readCard(value)).toBeUndefined();
  });

  test("may be anything at all without harm", () =>
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (value, entry) => {
        for (const fields of [
          { url: value, preferredTransport: entry },
          { supportedInterfaces: [entry, value] },
        ])
          expect(callableBy(cardOf(fields)).kind).toMatch(/json-rpc|unsupported/);
      }),
    ));

  test.each<[object, string]>([
    [{}, "0.3"],
    [{ url: "http://x:1" }, "0.3"],
    [{ protocolVersion: "0.3.0" }, "0.3"],
    [{ protocolVersion: "0.2.5" }, "0.3"],
    [{ protocolVersion: "latest" }, "0.3"],
    [{ protocolVersion: "1.0" }, "1.0"],
    [{ protocolVersion: "1.0", url: "http://x:1", preferredTransport: "JSONRPC" }, "1.0"],
    [{ supportedInterfaces: [{ protocolVersion: "1.0" }] }, "1.0"],
    [{ supportedInterfaces: [{ url: "http://x:1", protocolBinding: "JSONRPC" }] }, "1.0"],
    [{ supportedInterfaces: [{ url: "http://x:1" }], url: "http://x:1" }, "1.0"],
    [{ supportedInterfaces: [{ protocolVersion: "1.0" }, { protocolVersion: "0.3" }] }, "0.3"],
    [
      { supportedInterfaces: [{ protocolVersion: "1.0" }], url: "http://x:1", protocolVersion: "0.3.0" },
      "0.3",
    ],
  ])("that says %j is spoken to in %s", (fields, protocol) => {
    expect(callableBy(cardOf(fields))).toMatchObject({ kind: "json-rpc", protocol });
  });

  test.each<[object, string]>([
    [
      {
        url: "http://x/grpc",
        preferredTransport: "GRPC",
        additionalInterfaces: [{ url: "http://x/rpc", transport: "JSONRPC" }],
      },
      "http://x/rpc",
    ],
    [
      { url: "http://x/rpc", additionalInterfaces: [{ url: "http://x/other", transport: "JSONRPC" }] },
      "http://x/rpc",
    ],
    [
      {
        supportedInterfaces: [
          { url: "x:50051", protocolBinding: "GRPC" },
          { url: "http://x/v1", protocolBinding: "JSONRPC" },
        ],
      },
      "http://x/v1",
    ],
    [{ supportedInterfaces: [{ url: "http://x/v1", protocolBinding: "json-rpc" }] }, "http://x/v1"],
  ])("that says %j is called at %s", (fields, url) => {
    expect(callableBy(cardOf(fields))).toMatchObject({ kind: "json-rpc", url });
  });

  test.each<[object, readonly string[]]>([
    [{ preferredTransport: "GRPC" }, ["gRPC"]],
    [
      { preferredTransport: "HTTP+JSON", additionalInterfaces: [{ transport: "GRPC" }] },
      ["REST (HTTP+JSON)", "gRPC"],
    ],
    [
      { supportedInterfaces: [{ protocolBinding: "HTTP+JSON" }, { protocolBinding: "SLIMRPC" }] },
      ["REST (HTTP+JSON)", "SLIMRPC"],
    ],
    [{ protocolVersion: "2.0" }, ["JSON-RPC of A2A 2.0"]],
  ])("that says %j cannot be called, and why is told by name", (fields, bindings) => {
    expect(callableBy(cardOf(fields))).toEqual({ kind: "unsupported", bindings });
  });
});

describe("the path on a card", () => {
  test.each([
    ["http://localhost:9999", ""],
    ["http://localhost:9999/", ""],
    ["http://localhost:9999/a2a", "/a2a"],
    ["http://localhost:9999/a2a/v1/", "/a2a/v1/"],
    ["http://127.0.0.1:9100/agents/agent-x/", ""],
    ["http://127.0.0.1:9100/agents/agent-x/rpc", "/rpc"],
    ["http://127.0.0.1:9100/agents/agent-xy/rpc", "/agents/agent-xy/rpc"],
    ["http://h/../../api", "/api"],
    ["", ""],
    ["x:50051", ""],
    ["http://h/%2e%2e%2fapi", ""],
    ["http://h/a%252e%252e/b", ""],
    ["http://h/a//b", ""],
    ["http://localhost:${PORT}/", ""],
  ])("of %s is %j", (url, path) => {
    expect(pathOnCard(url, "/agents/agent-x")).toBe(path);
  });

  test("never leads out of what is below the route", () =>
    fc.assert(
      fc.property(
        fc.oneof(
          fc.webUrl(),
          fc.string(),
          fc.string().map((path) => `http://h/${path}`),
        ),
        (url) => {
          const path = pathOnCard(url);
          expect(new URL(`http://gateway/agents/agent-x${path === "" ? "/" : path}`).pathname).toBe(
            `/agents/agent-x${path === "" ? "/" : path}`,
          );
        },
      ),
      { numRuns: 30 },
    ));
});

test.each([
  ["http://localhost:9999/", 9999],
  ["https://agent.example:8443/a2a", 8443],
  ["http://localhost/", undefined],
  ["http://localhost:9100/agents/agent-x/", undefined],
  ["http://localhost:${PORT}/", undefined],
  ["", undefined],
])("the port on %s is %j", (url, port) => {
  expect(portOnCard(url)).toBe(port);
});
