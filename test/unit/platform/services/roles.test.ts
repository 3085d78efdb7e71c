import { describe, expect, test } from "vitest";

import { catalogue } from "../../../../platform/services/catalogue.ts";
import { type ServiceSpec } from "../../../../platform/services/service-spec.ts";
import { defaultSettings } from "../../../../platform/settings/defaults.ts";
import { strictnessOf } from "../../../../platform/settings/strictness.ts";

const everything = catalogue(defaultSettings());
const named = (test: (spec: ServiceSpec) => boolean): readonly string[] =>
  everything.filter(test).map(({ name }) => name);

describe("what a service is to the others", () => {
  test("one is the gateway, two filter the engine's socket", () => {
    expect(named(({ role }) => role === "gateway")).toEqual(["kong"]);
    expect(named(({ role }) => role === "docker-proxy")).toEqual(["docker-proxy-read", "docker-proxy-build"]);
  });

  test("who is on the agents' network is meant for agents, and nobody else", () => {
    expect(named(({ networks }) => networks.includes("agents"))).toEqual(
      named(({ reachableBy = [] }) => reachableBy.includes("agents")),
    );
  });

  test("whoever publishes a port by default is meant for this machine", () => {
    const publishes = ({ ports = [] }: ServiceSpec): boolean => ports.some(({ host }) => host !== undefined);
    const meant = named(({ reachableBy = [] }) => reachableBy.includes("host"));
    expect(meant).toEqual(expect.arrayContaining([...named(publishes)]));
  });
});

describe("how strict the rules are", () => {
  test.each([
    ["simple", undefined, "relaxed"],
    ["enterprise", undefined, "strict"],
    ["simple", "strict", "strict"],
    ["enterprise", "relaxed", "relaxed"],
  ] as const)("mode %s with strictness %s is %s", (authMode, strictness, expected) => {
    expect(strictnessOf({ authMode, strictness })).toBe(expected);
  });
});
