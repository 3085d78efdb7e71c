import { z } from "zod";

import { ARGUMENT_NAMES, defined, factsOfArguments } from "./arguments.ts";
import type { ContainerFacts, EnvFact, NetworkFacts, StackFacts, VolumeFacts } from "./facts.ts";

const CONTAINER = "docker:index/container:Container";
const NETWORK = "docker:index/network:Network";
const VOLUME = "docker:index/volume:Volume";

/** A resource as a program declares it. */
export interface DeclaredResource {
  /** Type token. */
  readonly type: string;
  /** What is known of its properties, of those in {@link PROPERTY_NAMES} at least; without null. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly protect?: boolean;
}

const Labelled = z.object({
  name: z.string().default(""),
  labels: z.array(z.object({ label: z.string(), value: z.string() })).default([]),
  driver: z
    .string()
    .optional()
    .transform((driver) => (driver === "" ? undefined : driver)),
  driverOpts: z.record(z.string(), z.string()).default({}),
});
const Environment = z.array(z.string()).default([]);

/** The properties that are looked at, of whatever type. */
export const PROPERTY_NAMES: readonly string[] = [
  ...new Set(["envs", ...ARGUMENT_NAMES, ...Object.keys(Labelled.shape)]),
];

/**
 * Facts of what a program declares; of types that no rule knows there are none.
 * @throws z.ZodError when properties are not of the provider's types
 */
export function factsOfResources(
  resources: readonly DeclaredResource[],
): Pick<StackFacts, "containers" | "networks" | "volumes"> {
  const ofType = (type: string): readonly DeclaredResource[] =>
    resources.filter((resource) => resource.type === type);
  return {
    containers: ofType(CONTAINER).map(containerFacts),
    networks: ofType(NETWORK).map(networkFacts),
    volumes: ofType(VOLUME).map(volumeFacts),
  };
}

function containerFacts({ properties }: DeclaredResource): ContainerFacts {
  const { envs, ...args } = properties;
  return factsOfArguments(args, envFacts(envs));
}

/** Whether a value is secret is not told here, so that nothing can be said about plain text. */
const envFacts = (envs: unknown): readonly EnvFact[] =>
  Environment.parse(envs).map((entry) => {
    const [name = "", ...rest] = entry.split("=");
    return { name, value: rest.join("=") };
  });

function networkFacts({ properties }: DeclaredResource): NetworkFacts {
  const { name, labels, driver } = Labelled.parse(properties);
  return { name, labels: labelsOf(labels), ...defined("driver", driver) };
}

function volumeFacts({ properties, protect }: DeclaredResource): VolumeFacts {
  const { name, labels, driver, driverOpts } = Labelled.parse(properties);
  return {
    name,
    labels: labelsOf(labels),
    ...defined("driver", driver),
    driverOptions: driverOpts,
    ...defined("protect", protect),
  };
}

const labelsOf = (
  labels: readonly { readonly label: string; readonly value: string }[],
): Readonly<Record<string, string>> => Object.fromEntries(labels.map(({ label, value }) => [label, value]));
