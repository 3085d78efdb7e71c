import { dependencyCyclic } from "./errors.ts";

/** What {@link startOrder} needs to know of a service. */
export interface Ordered {
  readonly name: string;
  readonly dependsOn?: Readonly<Record<string, unknown>>;
}

/**
 * Orders services so that each comes after all that it depends on. Stable: equal input, equal order. Names that
 * are not in the list are passed over.
 * @throws NSK-DEPENDENCY-CYCLE naming the cycle, e.g. "kong → registry → kong".
 */
export function startOrder<Service extends Ordered>(services: readonly Service[]): readonly Service[] {
  const byName = new Map(services.map((service) => [service.name, service]));
  const ordered = new Set<Service>();
  const visit = (service: Service, path: readonly string[]): void => {
    if (ordered.has(service)) return;
    const start = path.indexOf(service.name);
    if (start >= 0) throw dependencyCyclic({ cycle: [...path.slice(start), service.name] });
    for (const name of Object.keys(service.dependsOn ?? {})) {
      const dependency = byName.get(name);
      if (dependency !== undefined) visit(dependency, [...path, service.name]);
    }
    ordered.add(service);
  };
  for (const service of services) visit(service, []);
  return [...ordered];
}
