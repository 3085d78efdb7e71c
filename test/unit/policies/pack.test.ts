import type { PolicyResource } from "@pulumi/policy";
import { beforeAll, expect, test, vi } from "vitest";

import { Platform } from "../../../components/docker/platform.ts";
import { buildBlueprint } from "../../../platform/blueprint/blueprint.ts";
import { catalogue } from "../../../platform/services/catalogue.ts";
import { resolveSettings } from "../../../platform/settings/resolve.ts";
import { findingsOf, policies } from "../../../policies/pack/policies.ts";
import { RULES } from "../../../policies/rules/all.ts";
import { type Declared, declaredBy } from "../components/docker/mocks.ts";

const root = new URL("../../..", import.meta.url).pathname;
const today = "2027-06-01";

/** What the program declares on a laptop, as CrossGuard sees it. */
let declared: readonly Declared[];

beforeAll(async () => {
  const stackConfig = { "nasiko:publicImages": "offline", "nasiko:agents": "" };
  const result = resolveSettings({ stack: "local", architecture: "x64", env: [], stackConfig });
  if (!result.ok) throw new Error(result.problems[0]?.message);
  const blueprint = buildBlueprint({ root, settings: result.resolved.settings, catalogue });
  declared = await declaredBy(() => new Platform("nasiko", { blueprint }));
});

/** The two fields beside type and properties that the policies look at. */
const asResources = (change: (resource: Declared) => object = () => ({})): readonly PolicyResource[] =>
  declared.map((resource) => {
    const { type, name, inputs, options } = resource;
    const props = { ...inputs, ...change(resource) };
    // The other fields of a policy's resource play no part.
    return { type, name, props, opts: { protect: options.protect ?? false } } as unknown as PolicyResource;
  });

test("every rule that counts somewhere is a policy, once per level", () => {
  const names = policies(new Date(today)).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(
    expect.arrayContaining(["C01-mandatory", "C08-mandatory", "C08-advisory", "S05-mandatory"]),
  );
  for (const { id, levels } of RULES)
    expect(
      names.some((name) => name.startsWith(id)),
      id,
    ).toBe(Object.values(levels).some((level) => level !== "off"));
});

test("what the program declares keeps them all", () => {
  expect(declared.length).toBeGreaterThan(50);
  expect(findingsOf(asResources(), today)).toEqual([]);
});

test("a container that a transform made privileged is reported by its rule, and by no other", () => {
  const resources = asResources(({ name, type }) =>
    name === "redis" && type.endsWith(":Container") ? { privileged: true } : {},
  );
  expect(findingsOf(resources, today)).toEqual([
    { rule: "C01", level: "mandatory", subject: "redis", message: "is privileged" },
  ]);
  const report = vi.fn();
  for (const policy of policies(new Date(today)))
    if ("validateStack" in policy)
      void policy.validateStack({ resources: [...resources], getConfig: () => ({}) } as never, report);
  expect(report.mock.calls).toEqual([["redis is privileged"]]);
});
