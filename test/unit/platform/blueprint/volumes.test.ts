import { describe, expect, test } from "vitest";

import { heldVolumes } from "../../../../cli/stack/state/held-volumes.ts";
import type { StackSnapshot } from "../../../../engine/core/engine.ts";
import { agentVolume } from "../../../../platform/blueprint/agent-volume.ts";
import { buildBlueprint, type Blueprint } from "../../../../platform/blueprint/blueprint.ts";
import { catalogue } from "../../../../platform/services/catalogue.ts";
import { resolveSettings } from "../../../../platform/settings/resolve.ts";

const root = new URL("../../../..", import.meta.url).pathname;

function blueprint(
  publicImages: "registry" | "offline",
  more: Readonly<Record<string, string>> = {},
): Blueprint {
  const stackConfig = { "nasiko:publicImages": publicImages, "nasiko:agents": "{}", ...more };
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
    const identity = ({ volumes }: Blueprint): unknown =>
      volumes.map((volume) => ({ ...volume, mounted: true }));
    expect(identity(offline)).toEqual(identity(registry));
    const declared = offline.volumes.map(({ volume }) => volume);
    for (const [name, used] of [...mounts(offline), ...mounts(registry)])
      expect(declared, name).toEqual(expect.arrayContaining([...used]));
  });

  test("has every program write to volumes of its own", () => {
    const names = [...mounts(offline).values()].flat();
    const shared = [...mounts(registry).values()].flat().filter((volume) => names.includes(volume));
    // The platform's own services are the same programs either way.
    expect([...new Set(shared)]).toEqual(["agents-data", "agent-telemetry"]);
    expect(mounts(registry).get("mongodb")).toEqual(["mongodb-data"]);
    expect(mounts(offline).get("mongodb")).toEqual(["mongodb-data-offline"]);
  });
});

describe("a stack that is told which volumes it has", () => {
  /** What a run with the embedded engine leaves: the program declares what is mounted, and what the state has. */
  const after = (
    before: Blueprint | undefined,
    publicImages: "registry" | "offline",
    more: Readonly<Record<string, string>> = {},
  ): Blueprint => {
    const resources = (before?.volumes ?? []).map(({ volume }) => ({
      type: "docker:index/volume:Volume",
      name: volume,
    }));
    // Of a resource nothing else is read.
    return blueprint(publicImages, {
      ...heldVolumes({ resources: resources as unknown as StackSnapshot["resources"] }),
      ...more,
    });
  };
  const names = ({ volumes }: Blueprint): readonly string[] => volumes.map(({ volume }) => volume);
  const idle = ({ volumes }: Blueprint): readonly string[] =>
    volumes.flatMap(({ volume, mounted }) => (mounted ? [] : [volume]));

  test("declares at first what it mounts, and nothing else", () => {
    const first = after(undefined, "offline");
    expect(names(first)).toHaveLength(12);
    expect(new Set(names(first))).toEqual(new Set([...mounts(first).values()].flat()));
    expect(idle(first)).toEqual([]);
  });

  test("keeps everything when third-party images come from elsewhere, there and back", () => {
    const first = after(undefined, "offline");
    const second = after(first, "registry");
    expect(names(second)).toEqual(expect.arrayContaining([...names(first)]));
    expect(idle(second)).toContain("mongodb-data-offline");
    const third = after(second, "offline");
    expect(new Set(names(third))).toEqual(new Set(names(second)));
    expect(third.volumes.find(({ volume }) => volume === "mongodb-data-offline")).toEqual(
      first.volumes.find(({ volume }) => volume === "mongodb-data-offline"),
    );
  });

  test("keeps the data of a profile that is switched off", () => {
    const first = after(undefined, "offline");
    const second = after(first, "offline", { "nasiko:profiles": "core" });
    expect(idle(second)).toEqual(expect.arrayContaining(["phoenix-data-offline", "n8n-data-offline"]));
    expect(idle(after(second, "offline"))).toEqual([]);
  });

  test("keeps what an earlier version declared, and volumes of services that are no more", () => {
    const all = blueprint("offline");
    expect(new Set(names(after(all, "offline")))).toEqual(new Set(names(all)));
    for (const kept of ["of-yesterday", agentVolume("diary", "My.notes")])
      expect(names(blueprint("offline", { "nasiko:volumes": kept }))).toContain(kept);
  });

  test("keeps them while it is down", () => {
    const first = after(undefined, "offline");
    expect(names(after(first, "offline", { "nasiko:running": "false" }))).toEqual(names(first));
  });

  test("lets go only of what somebody leaves out by name", () => {
    const first = after(undefined, "offline");
    const second = after(first, "registry", { "nasiko:volumes": "none" });
    expect(idle(second)).toEqual([]);
    expect(names(second)).not.toContain("mongodb-data-offline");
  });
});
