import { fixedInputs } from "../../components/docker/fixed-inputs.ts";
import type { Blueprint } from "../../platform/blueprint/blueprint.ts";
import type { ContainerPlan } from "../../platform/blueprint/container-plan.ts";
import { type EnvValue, foldEnvValue } from "../../platform/services/env-value.ts";
import { factsOfArguments } from "./arguments.ts";
import type { ContainerFacts, EnvFact, StackFacts } from "./facts.ts";

/** A stack's facts before there is anything: what the program would declare. */
export function factsOfBlueprint(blueprint: Blueprint, engineMegabytes?: number): StackFacts {
  const { settings, networks, volumes, layers, agents } = blueprint;
  return {
    containers: [
      ...layers
        .flatMap(({ services }) => services)
        .map(({ container, role, reachableBy }) => ({
          ...factsOfPlan(container, blueprint),
          ...(role === undefined ? {} : { role }),
          reachableBy,
        })),
      ...agents.map(({ container }) => factsOfPlan(container, blueprint)),
    ],
    stack: settings.stack,
    networks: networks.map(({ name, labels }) => ({ name, labels })),
    volumes: volumes.map(({ name, labels }) => ({ name, labels, protect: settings.protectData })),
    ...(engineMegabytes === undefined ? {} : { engineMegabytes }),
  };
}

function factsOfPlan(plan: ContainerPlan, { settings, networks, volumes }: Blueprint): ContainerFacts {
  const named = {
    image: plan.image,
    networksAdvanced: plan.networks.map(({ role }) => ({
      name: networks.find((network) => network.role === role)?.name ?? role,
    })),
    volumes: [
      ...plan.volumes.map(({ volume, readOnly }) => ({
        volumeName: volumes.find((known) => known.volume === volume)?.name ?? volume,
        readOnly: readOnly ?? false,
      })),
      ...(plan.dockerSocket === undefined ? [] : [{ hostPath: plan.dockerSocket, readOnly: true }]),
    ],
  };
  const env = Object.entries(plan.env).map(([name, value]) => envFact(name, value));
  return factsOfArguments({ ...fixedInputs(plan, settings.dockerApi), ...named }, env);
}

/** What is generated is long and random; what somebody set can be weak, so its value is a fact. */
const envFact = (name: string, value: EnvValue): EnvFact => {
  const hidden = { name, secret: true };
  return foldEnvValue<EnvFact>(value, {
    text: (text) => ({ name, secret: false, value: text }),
    secret: ({ chosen }) => (chosen === undefined ? hidden : { ...hidden, value: chosen }),
    sensitive: ({ value: text }) => ({ ...hidden, value: text }),
    derived: () => hidden,
    certificate: () => hidden,
    htpasswd: () => hidden,
    template: () => hidden,
  });
};
