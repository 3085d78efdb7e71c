import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { select, type SelectionRequest } from "../../../../platform/blueprint/selection.ts";
import { PROFILES } from "../../../../platform/settings/profiles.ts";
import type { ServiceSpec } from "../../../../platform/services/service-spec.ts";
import { arbitraryCatalogue, service } from "./catalogues.ts";

const catalogue = [
  service("database"),
  service("gateway", { dependsOn: { database: "healthy" } }),
  service("traces", { profile: "observability" }),
  service("collector", {
    profile: "observability",
    dependsOn: { database: "healthy" },
    after: { traces: "healthy" },
  }),
  service("admin-page", { optional: true, dependsOn: { gateway: "healthy" } }),
];

const nothing: SelectionRequest = {
  services: [],
  profiles: PROFILES,
  without: [],
  optionalServices: [],
  authMode: "simple",
};

const names = (request: Partial<SelectionRequest>): readonly string[] =>
  select(catalogue, { ...nothing, ...request }).services.map(({ name }) => name);

describe("the selection", () => {
  test("is everything but what is optional, when nobody asks for less", () => {
    expect(names({})).toEqual(["database", "gateway", "traces", "collector"]);
  });

  test("of one profile brings along what it needs from others, and says so", () => {
    const { services, added } = select(catalogue, { ...nothing, profiles: ["observability"] });
    expect(services.map(({ name }) => name)).toEqual(["database", "traces", "collector"]);
    expect(added).toEqual([{ name: "database", neededBy: "collector" }]);
  });

  test("by name is those services and what they need, optional or not", () => {
    expect(names({ services: ["admin-page"] })).toEqual(["database", "gateway", "admin-page"]);
    expect(names({ optionalServices: ["admin-page"] })).toContain("admin-page");
  });

  test("leaves out what it is told to; what comes after it does without", () => {
    const { services } = select(catalogue, { ...nothing, without: ["traces"] });
    expect(services.find(({ name }) => name === "collector")?.dependsOn).toEqual({ database: "healthy" });
  });

  test("orders what comes after something that is there", () => {
    const { services } = select(catalogue, nothing);
    expect(services.find(({ name }) => name === "collector")?.dependsOn).toEqual({
      database: "healthy",
      traces: "healthy",
    });
  });

  test("refuses to leave out what another needs, and names nobody knows, all at once", () => {
    expect(() => names({ without: ["database"] })).toThrow("database cannot be left out: gateway needs it.");
    expect(() => names({ services: ["gatewya"], without: ["x"] })).toThrow(
      "There is no service gatewya.\nThere is no service x.",
    );
  });

  test("is closed: whatever is chosen has all that it needs, and nothing else", () => {
    const choice = arbitraryCatalogue().chain((all) =>
      fc.tuple(
        fc.constant(all),
        fc.subarray(
          all.map(({ name }) => name),
          { minLength: Math.min(1, all.length) },
        ),
      ),
    );
    fc.assert(
      fc.property(choice, ([all, asked]) => {
        const { services, added } = select(all, { ...nothing, services: asked });
        const chosen = new Set(services.map(({ name }) => name));
        const needs = ({ dependsOn = {} }: ServiceSpec): readonly string[] => Object.keys(dependsOn);
        for (const spec of services) for (const name of needs(spec)) expect(chosen).toContain(name);
        expect([...asked, ...added.map(({ name }) => name)].toSorted()).toEqual([...chosen].toSorted());
        for (const { name, neededBy } of added) {
          expect(needs(services.find((spec) => spec.name === neededBy) ?? service(""))).toContain(name);
        }
      }),
    );
  });
});
