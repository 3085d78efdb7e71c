import { describe, expect, test } from "vitest";

import { shownCard } from "../../../../services/service-registry/src/shown-card.ts";

const GATEWAY = "http://127.0.0.1:9100";
const AT = `${GATEWAY}/agents/agent-x`;
const admitted = (
  card: Readonly<Record<string, unknown>>,
  how: object = {},
): Parameters<typeof shownCard>[0] => ({
  ...{ kind: "admitted", failures: 0, card: { name: "X", ...card } },
  ...how,
});

describe("the card that the gateway shows itself", () => {
  test.each<readonly [string, object, object]>([
    ["of A2A 0.3, with a path of its own", { url: "http://localhost:9999/a2a" }, { url: `${AT}/a2a` }],
    ["for a name without a path", { url: "http://0.0.0.0:9999" }, { url: `${AT}/` }],
    [
      "of A2A 1.0, without what cannot be reached",
      {
        supportedInterfaces: [
          { url: "localhost:50051", protocolBinding: "GRPC" },
          { url: "http://localhost:1/rpc", protocolBinding: "JSONRPC" },
        ],
      },
      { supportedInterfaces: [{ url: `${AT}/rpc`, protocolBinding: "JSONRPC" }] },
    ],
  ])("names the agent's address there: %s", (_what, card, shown) => {
    expect(shownCard(admitted(card as Readonly<Record<string, unknown>>), "x", GATEWAY)).toEqual({
      name: "X",
      ...shown,
    });
  });

  test("is none for an agent that knows its place, under whatever name of the gateway", () => {
    for (const url of [`${AT}/`, AT, "https://other.example/agents/agent-x/rpc"])
      expect(shownCard(admitted({ url }), "x", GATEWAY)).toBeUndefined();
    expect(shownCard(admitted({}), "x", GATEWAY)).toBeUndefined();
  });

  test("is that of an agent which shows it where clients of today do not look", () => {
    expect(shownCard(admitted({ url: AT }, { atOldPath: true }), "x", GATEWAY)).toEqual({
      name: "X",
      url: AT,
    });
  });

  test("is the folder's of an agent that shows none, as it is", () => {
    expect(shownCard(admitted({ url: "y" }, { fromFolder: true }), "x", undefined)).toEqual({
      name: "X",
      url: "y",
    });
  });

  test("is none of a size that the gateway need not keep, or where nobody knows its address", () => {
    const large = { url: "http://localhost:9999/", description: "x".repeat(40_000) };
    expect(shownCard(admitted(large), "x", GATEWAY)).toBeUndefined();
    expect(shownCard(admitted({ url: "http://localhost:9999/" }), "x", undefined)).toBeUndefined();
  });
});
