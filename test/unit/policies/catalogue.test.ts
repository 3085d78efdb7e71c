import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";

import { buildBlueprint } from "../../../platform/blueprint/blueprint.ts";
import { catalogue } from "../../../platform/services/catalogue.ts";
import { resolveSettings } from "../../../platform/settings/resolve.ts";
import { evaluateBlueprint } from "../../../policies/evaluate-blueprint.ts";

const root = new URL("../../..", import.meta.url).pathname;
/** Before the first waiver ends. */
const today = "2027-06-01";

/** What a stack's config says that others rely on it; its name says nothing. */
const ENTERPRISE = { "nasiko:authMode": "enterprise" };

const evaluateStack = (stack: string, config: Readonly<Record<string, string>>, engineMegabytes = 64_000) => {
  const stackConfig = stack === "enterprise" ? { ...ENTERPRISE, ...config } : config;
  const result = resolveSettings({ stack, architecture: "x64", env: [], stackConfig });
  if (!result.ok) throw new Error(result.problems[0]?.message);
  return evaluateBlueprint(buildBlueprint({ root, settings: result.resolved.settings, catalogue }), {
    today,
    engineMegabytes,
  });
};

describe.each(["registry", "offline"])("the whole catalogue with %s images, Konga included", (images) => {
  const common = { "nasiko:publicImages": images, "nasiko:optionalServices": "konga" };

  test("keeps every rule of a laptop, with the committed waivers", () => {
    expect(evaluateStack("local", common)).toMatchObject({ strictness: "relaxed", findings: [] });
  });

  test("keeps every rule of enterprise, with the committed waivers", () => {
    expect(evaluateStack("enterprise", { ...common, "nasiko:protectData": "true" })).toMatchObject({
      strictness: "strict",
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

describe("how strict the rules are", () => {
  const images = { "nasiko:publicImages": "offline", "nasiko:protectData": "true" };

  test("follows the mode of authentication on a stack of any name", () => {
    expect(evaluateStack("prod", { ...images, ...ENTERPRISE }).strictness).toBe("strict");
    expect(evaluateStack("enterprise", { ...images, "nasiko:authMode": "simple" }).strictness).toBe(
      "relaxed",
    );
  });

  test("is what its setting says, where it says something", () => {
    const config = { ...images, ...ENTERPRISE, "nasiko:strictness": "relaxed" };
    expect(evaluateStack("local", config).strictness).toBe("relaxed");
    expect(evaluateStack("local", { ...images, "nasiko:strictness": "strict" }).strictness).toBe("strict");
  });
});

test("an engine with too little memory is told on a laptop, and refused in enterprise", () => {
  const config = { "nasiko:publicImages": "offline", "nasiko:protectData": "true" };
  const s04 = { rule: "S04", subject: "stack" };
  expect(evaluateStack("local", config, 4000).findings).toMatchObject([{ ...s04, level: "advisory" }]);
  expect(evaluateStack("enterprise", config, 4000).findings).toMatchObject([{ ...s04, level: "mandatory" }]);
});

test("every waiver covers something on some stack", () => {
  // An agent whose author asks for no read-only root.
  const folder = join(mkdtempSync(join(tmpdir(), "nasiko-waivers-")), "translator");
  cpSync(join(root, "agents/translator"), folder, { recursive: true });
  const compose = join(folder, "docker-compose.yml");
  writeFileSync(compose, readFileSync(compose, "utf8").replace(/^ *read_only:.*\n/m, ""));
  onTestFinished(() => rmSync(dirname(folder), { recursive: true }));
  const agents = { "nasiko:agents": JSON.stringify({ translator: folder }) };
  const evaluations = ["registry", "offline"].flatMap((images) =>
    ["local", "enterprise"].map((stack) =>
      evaluateStack(stack, {
        ...agents,
        "nasiko:publicImages": images,
        "nasiko:optionalServices": "konga,agents-mongo",
      }),
    ),
  );
  const [first, ...rest] = evaluations.map(
    ({ unusedWaivers }) => new Set(unusedWaivers.map(({ rule, subject }) => `${rule} for ${subject}`)),
  );
  expect([...(first ?? [])].filter((unused) => rest.every((each) => each.has(unused)))).toEqual([]);
});
