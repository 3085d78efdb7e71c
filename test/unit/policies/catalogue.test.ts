import { describe, expect, test } from "vitest";

import { buildBlueprint } from "../../../platform/blueprint/blueprint.ts";
import { catalogue } from "../../../platform/services/catalogue.ts";
import { resolveSettings } from "../../../platform/settings/resolve.ts";
import { evaluateBlueprint } from "../../../policies/evaluate-blueprint.ts";

const root = new URL("../../..", import.meta.url).pathname;
/** Before the first waiver ends. */
const today = "2027-06-01";

const evaluateStack = (stack: string, stackConfig: Readonly<Record<string, string>>) => {
  const result = resolveSettings({ stack, architecture: "x64", env: [], stackConfig });
  if (!result.ok) throw new Error(result.problems[0]?.message);
  return evaluateBlueprint(buildBlueprint({ root, settings: result.resolved.settings, catalogue }), {
    today,
  });
};

describe.each(["registry", "offline"])("the whole catalogue with %s images, Konga included", (images) => {
  const common = { "nasiko:publicImages": images, "nasiko:optionalServices": "konga" };

  test("keeps every rule of a laptop, with the committed waivers", () => {
    expect(evaluateStack("local", common)).toMatchObject({ strictness: "local", findings: [] });
  });

  test("keeps every rule of enterprise, with the committed waivers", () => {
    expect(evaluateStack("enterprise", { ...common, "nasiko:protectData": "true" })).toMatchObject({
      strictness: "enterprise",
      findings: [],
    });
  });
});

test("enterprise with unprotected data is found", () => {
  const { findings } = evaluateStack("enterprise", { "nasiko:publicImages": "offline" });
  expect(findings).toContainEqual({
    rule: "S05",
    level: "mandatory",
    subject: "nasiko-enterprise-mongodb-data",
    message: "is not protected",
  });
});

test("a store that is published on request is told on a laptop, and refused in enterprise", () => {
  const config = {
    "nasiko:publicImages": "offline",
    "nasiko:portMongodb": "27017",
    "nasiko:protectData": "true",
  };
  const finding = { rule: "C14", subject: "mongodb" };
  expect(evaluateStack("local", config).findings).toMatchObject([{ ...finding, level: "advisory" }]);
  expect(evaluateStack("enterprise", config).findings).toMatchObject([{ ...finding, level: "mandatory" }]);
});
