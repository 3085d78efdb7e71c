import type { Blueprint, PlannedService } from "../../../platform/blueprint/blueprint.ts";
import { planContainer } from "../../../platform/blueprint/container-plan.ts";
import type { PlannedImage } from "../../../platform/blueprint/images.ts";
import type { ServiceSpec } from "../../../platform/services/service-spec.ts";
import { resolveSettings } from "../../../platform/settings/resolve.ts";
import type { Settings } from "../../../platform/settings/settings.ts";

function settings(stackConfig: Readonly<Record<string, string>> = {}): Settings {
  const result = resolveSettings({ stack: "local", architecture: "x64", env: [], stackConfig });
  if (!result.ok) throw new Error(result.problems[0]?.message);
  return result.resolved.settings;
}

const image = (name: string): PlannedImage => ({
  kind: "built",
  name,
  reference: `nasiko/${name}:0123456789abcdef`,
  hash: `v1:${"0123456789abcdef".repeat(4)}`,
  shortHash: "0123456789abcdef",
  context: `./images/${name}`,
  dockerfile: { path: `images/${name}/Dockerfile` },
  args: {},
  bases: [],
  publicBases: [],
  mappings: [],
  buildKit: [],
  origin: "build",
});

/** A blueprint of these services, in this order, without agents and without reading any folder. */
export function blueprintOf(services: readonly ServiceSpec[], known: Settings = settings()): Blueprint {
  const planned = services.map((spec): PlannedService => ({
    kind: spec.kind,
    name: spec.name,
    summary: spec.summary,
    image: image(spec.name),
    container: planContainer(spec, image(spec.name), known),
    dependsOn: spec.dependsOn ?? {},
    reachableBy: spec.reachableBy ?? [],
  }));
  return {
    settings: known,
    networks: [],
    volumes: [],
    secrets: [],
    images: [],
    layers: [{ name: "data", services: planned }],
    agents: [],
    added: [],
    urls: [],
    superuser: undefined,
    memoryMegabytes: 0,
  };
}
