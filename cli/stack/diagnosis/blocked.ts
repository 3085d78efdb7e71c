import type { Blueprint } from "../../../platform/blueprint/blueprint.ts";
import { REGISTRY_SERVICE } from "../../../platform/services/names.ts";

/** Names of everything that waits for a service, directly or through others, in start order; agents last. */
export function blockedBy(blueprint: Blueprint, failed: string): readonly string[] {
  const blocked = new Set([failed]);
  // Start order: who depends on something comes after it, so one pass finds all.
  for (const service of blueprint.layers.flatMap((layer) => layer.services)) {
    if (Object.keys(service.dependsOn).some((name) => blocked.has(name))) blocked.add(service.name);
  }
  if (blocked.has(REGISTRY_SERVICE)) for (const { name } of blueprint.agents) blocked.add(`agent ${name}`);
  blocked.delete(failed);
  return [...blocked];
}
