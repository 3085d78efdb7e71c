import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import {
  BLUEPRINT_FILE,
  BLUEPRINT_SECRETS,
  handedOver,
  handOver,
  type HandedOver,
} from "../../../../platform/blueprint/blueprint-file.ts";
import { type Blueprint, buildBlueprint } from "../../../../platform/blueprint/blueprint.ts";
import { catalogue } from "../../../../platform/services/catalogue.ts";
import { resolveSettings } from "../../../../platform/settings/resolve.ts";

const root = new URL("../../../..", import.meta.url).pathname;

function build(): Blueprint {
  const values = {
    OPENAI_API_KEY: "sk-very-secret",
    MONGO_ROOT_PASSWORD: "chosen-secret-of-mongo",
    NASIKO_AGENT_SECRETS: JSON.stringify({ translator: { KEY: "secret-of-an-agent" } }),
    NASIKO_SERVICES: "nasiko-backend",
  };
  const env = [{ name: ".env", values }];
  const result = resolveSettings({ stack: "local", architecture: "x64", env, stackConfig: {} });
  if (!result.ok) throw new Error(result.problems[0]?.message);
  return buildBlueprint({ root, settings: result.resolved.settings, catalogue });
}

describe("a blueprint that is handed over", () => {
  let folder: string;
  let file: string;
  let handed: HandedOver;
  const blueprint = build();

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "nasiko-blueprint-"));
    file = join(folder, "blueprint.json");
    handed = handOver(blueprint, file);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("arrives as it was built", () => {
    expect(handedOver(handed.environment)).toEqual(blueprint);
  });

  test("keeps what nobody may see out of the file, which only its owner reads", () => {
    const text = readFileSync(file, "utf8");
    for (const secret of ["sk-very-secret", "chosen-secret-of-mongo", "secret-of-an-agent"])
      expect(text).not.toContain(secret);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    handed.remove();
    expect(() => statSync(file)).toThrow("ENOENT");
  });

  test("is not there when nobody hands one over", () => {
    expect(handedOver({})).toBeUndefined();
  });

  test.each<readonly [string, () => Readonly<Record<string, string>>, string]>([
    [
      "that others could have written",
      () => (chmodSync(file, 0o644), handed.environment),
      "others than its owner",
    ],
    ["of another version", () => (edit('"version":1', '"version":99'), handed.environment), "version"],
    ["that is half of one", () => (edit('"layers":', '"floors":'), handed.environment), "layers"],
    ["that is no JSON", () => (writeFileSync(file, "{"), handed.environment), "JSON"],
    ["that is gone", () => (handed.remove(), handed.environment), "ENOENT"],
    ["without its secrets", () => ({ [BLUEPRINT_FILE]: file, [BLUEPRINT_SECRETS]: "[]" }), "not handed over"],
  ])("is refused: one %s", (_, spoil, reason) => {
    const environment = spoil();
    expect(() => handedOver(environment)).toThrow(
      expect.objectContaining({
        code: "NSK-BLUEPRINT-FILE-UNUSABLE",
        detail: expect.stringContaining(reason) as string,
      }),
    );
  });

  const edit = (from: string, to: string): void =>
    writeFileSync(file, readFileSync(file, "utf8").replace(from, to));
});
