import type { NasikoError } from "../errors/define-error.ts";
import { LAYERS, type ServiceSpec } from "../services/service-spec.ts";
import {
  dependencyImpossible,
  dependencyUnknown,
  dependencyUpwards,
  fileNeedsWritableRoot,
  hostPortOutOfRange,
  hostPortTwice,
  serviceNameTwice,
} from "./errors.ts";

/** What every catalogue has to keep; each rule returns all of its violations. */
const RULES: readonly ((services: readonly ServiceSpec[]) => readonly NasikoError[])[] = [
  namesAreUnique,
  dependenciesCanHold,
  hostPortsAreUnique,
  filesCanBeCopied,
];

export const catalogueProblems = (services: readonly ServiceSpec[]): readonly NasikoError[] =>
  RULES.flatMap((rule) => rule(services));

function namesAreUnique(services: readonly ServiceSpec[]): readonly NasikoError[] {
  const groups = Map.groupBy(services, (service) => service.name);
  return [...groups].filter(([, group]) => group.length > 1).map(([name]) => serviceNameTwice({ name }));
}

function dependenciesCanHold(services: readonly ServiceSpec[]): readonly NasikoError[] {
  const byName = new Map(services.map((service) => [service.name, service]));
  return services.flatMap((service) =>
    Object.entries(service.dependsOn ?? {}).flatMap(([name, condition]) => {
      const needed = byName.get(name);
      if (needed === undefined) return [dependencyUnknown({ service: service.name, needs: name })];
      const impossible = needed.kind === "job" ? condition === "healthy" : condition === "completed";
      const upwards = LAYERS.indexOf(needed.layer) > LAYERS.indexOf(service.layer);
      return [
        ...(impossible ? [dependencyImpossible({ service: service.name, needs: name, condition })] : []),
        ...(upwards
          ? [
              dependencyUpwards({
                service: service.name,
                layer: service.layer,
                needs: name,
                needsLayer: needed.layer,
              }),
            ]
          : []),
      ];
    }),
  );
}

function hostPortsAreUnique(services: readonly ServiceSpec[]): readonly NasikoError[] {
  const published = services.flatMap((service) =>
    (service.ports ?? []).flatMap(({ host, setting }) =>
      host === undefined ? [] : [{ port: host, service: service.name, setting }],
    ),
  );
  const outOfRange = published
    .filter(({ port }) => port > 65535)
    .map((binding) => hostPortOutOfRange(binding));
  const wanted = new Set(published.map(({ port }) => port));
  const shared = [...Map.groupBy(published, ({ port }) => port)].filter(([, group]) => group.length > 1);
  const twice = shared.map(([port, group]) =>
    hostPortTwice({
      port,
      services: group.map(({ service }) => service),
      setting: group.at(-1)?.setting ?? "NASIKO_PORT_OFFSET",
      freePort: firstFree(port, wanted),
    }),
  );
  return [...outOfRange, ...twice];
}

/** The next port that no service wants. */
function firstFree(port: number, wanted: ReadonlySet<number>): number {
  let free = port + 1;
  while (wanted.has(free)) free += 1;
  return free;
}

function filesCanBeCopied(services: readonly ServiceSpec[]): readonly NasikoError[] {
  return services
    .filter((service) => (service.files ?? []).length > 0 && (service.readOnly ?? true))
    .map((service) => fileNeedsWritableRoot({ service: service.name }));
}
