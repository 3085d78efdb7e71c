import { describe, expect, test } from "vitest";

import { buildBlueprint, type Blueprint } from "../../../../platform/blueprint/blueprint.ts";
import { catalogue } from "../../../../platform/services/catalogue.ts";
import { resolveSettings } from "../../../../platform/settings/resolve.ts";

const root = new URL("../../../..", import.meta.url).pathname;

function blueprint(publicImages: "registry" | "offline"): Blueprint {
  const stackConfig = { "nasiko:publicImages": publicImages };
  const result = resolveSettings({ stack: "local", architecture: "x64", env: [], stackConfig });
  if (!result.ok) throw new Error(result.problems[0]?.message);
  return buildBlueprint({ root, settings: result.resolved.settings, catalogue });
}

const mounts = ({ layers }: Blueprint): ReadonlyMap<string, readonly string[]> =>
  new Map(
    layers
      .flatMap(({ services }) => services)
      .map(({ name, container }) => [name, container.volumes.map(({ volume }) => volume)]),
  );

describe("a stack whose third-party images come from elsewhere", () => {
  const offline = blueprint("offline");
  const registry = blueprint("registry");

  test("declares the same volumes, so that no data is deleted", () => {
    expect(offline.volumes).toEqual(registry.volumes);
    const declared = offline.volumes.map(({ volume }) => volume);
    for (const [name, used] of [...mounts(offline), ...mounts(registry)])
      expect(declared, name).toEqual(expect.arrayContaining([...used]));
  });

  test("has every program write to volumes of its own", () => {
    const names = [...mounts(offline).values()].flat();
    const shared = [...mounts(registry).values()].flat().filter((volume) => names.includes(volume));
    // The platform's own services are the same programs either way.
    expect([...new Set(shared)]).toEqual(["agents-data"]);
    expect(mounts(registry).get("mongodb")).toEqual(["mongodb-data"]);
    expect(mounts(offline).get("mongodb")).toEqual(["mongodb-data-offline"]);
  });
});
