import fc from "fast-check";

import {
  LAYERS,
  platformImage,
  type ServiceSpec,
  shell,
} from "../../../../platform/services/service-spec.ts";

type Overrides = Partial<Extract<ServiceSpec, { readonly kind: "service" }>>;

/** A service with only what a test cares about. */
export const service = (name: string, overrides: Overrides = {}): ServiceSpec => ({
  kind: "service",
  name,
  summary: name,
  layer: "data",
  image: platformImage(name),
  networks: ["app"],
  memory: "64MB",
  user: "1000:1000",
  stop: { signal: "SIGTERM", grace: "5s" },
  health: shell("true"),
  ...overrides,
});

export const job = (name: string): ServiceSpec => ({
  kind: "job",
  name,
  summary: name,
  layer: "data",
  image: platformImage(name),
  networks: ["app"],
  memory: "64MB",
  user: "1000:1000",
  stop: { signal: "SIGTERM", grace: "5s" },
});

/** Catalogues without a cycle: each service depends on earlier ones of its own or an earlier layer; shuffled. */
export const arbitraryCatalogue = (): fc.Arbitrary<readonly ServiceSpec[]> =>
  fc
    .array(
      fc.record({ layer: fc.nat({ max: LAYERS.length - 1 }), needs: fc.array(fc.nat(), { maxLength: 3 }) }),
      {
        maxLength: 12,
      },
    )
    .map((drafts) => drafts.toSorted((a, b) => a.layer - b.layer))
    .map((drafts) =>
      drafts.map(({ layer, needs }, index) => {
        const dependencies = index === 0 ? [] : needs.map((need) => `s${need % index}`);
        return service(`s${index}`, {
          layer: LAYERS[layer] ?? "data",
          dependsOn: Object.fromEntries(dependencies.map((name) => [name, "healthy" as const])),
        });
      }),
    )
    .chain((services) => fc.shuffledSubarray(services, { minLength: services.length }));
