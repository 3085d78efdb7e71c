import type { Blueprint } from "../../../platform/blueprint/blueprint.ts";
import { toMegabytes } from "../../../platform/services/units.ts";
import type { ImageRef, ServiceSpec } from "../../../platform/services/service-spec.ts";

/** What people want to know before they switch a service on or off. */
export interface ServiceRow {
  readonly name: string;
  readonly on: boolean;
  readonly kind: "service" | "job";
  readonly summary: string;
  readonly profile: string;
  readonly optional: boolean;
  /** Services that cannot do without it. */
  readonly neededBy: readonly string[];
  readonly memoryMegabytes: number;
  /** Host ports. */
  readonly ports: readonly number[];
  readonly image: string;
}

/** Every service of the catalogue, on or off. */
export function serviceRows(catalogue: readonly ServiceSpec[], blueprint: Blueprint): readonly ServiceRow[] {
  const on = new Set(blueprint.layers.flatMap((layer) => layer.services).map(({ name }) => name));
  return catalogue.map((spec) => ({
    name: spec.name,
    on: on.has(spec.name),
    kind: spec.kind,
    summary: spec.summary,
    profile: spec.profile ?? "core",
    optional: spec.optional ?? false,
    neededBy: catalogue.filter(({ dependsOn = {} }) => spec.name in dependsOn).map(({ name }) => name),
    memoryMegabytes: toMegabytes(spec.memory),
    ports: (spec.ports ?? []).flatMap(({ host }) => (host === undefined ? [] : [host])),
    image: imageName(spec.image),
  }));
}

const imageName = (image: ImageRef): string =>
  image.kind === "public" ? `${image.name}:${image.tag}` : image.name;
