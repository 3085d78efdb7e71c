import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";

import { containerInputs } from "../../../../components/docker/container-inputs.ts";
import type { PropertyMap } from "../../../../engine/core/values.ts";
import { planContainer } from "../../../../platform/blueprint/container-plan.ts";
import type { PlannedImage } from "../../../../platform/blueprint/images.ts";
import { type EnvValue, secret, sensitive, text } from "../../../../platform/services/env-value.ts";
import {
  AUDIENCES,
  NETWORK_ROLES,
  SERVICE_ROLES,
  type ServiceSpec,
} from "../../../../platform/services/service-spec.ts";

/** What a container is planned with besides its description. */
export interface Surroundings {
  /** Values of secrets by purpose, names of networks by role and of volumes by short name; default: their keys. */
  readonly names?: Readonly<Record<string, string>>;
  /** Hashes of images by name. @default "1" */
  readonly hashes?: Readonly<Record<string, string>>;
}

/** The inputs that the program would send for a service's container, secrets in the open. */
export async function inputsOf(
  spec: ServiceSpec,
  { names = {}, hashes = {} }: Surroundings = {},
): Promise<PropertyMap> {
  const shortHash = hashes[spec.image.name] ?? "1";
  const image: Pick<PlannedImage, "reference" | "shortHash"> = {
    reference: `nasiko/${spec.image.name}:${shortHash}`,
    shortHash,
  };
  const named = (name: string): string => names[name] ?? name;
  const wiring = { network: named, volume: named, secret: named, image: (reference: string) => reference };
  const context = { stack: "test", dockerSocket: "/var/run/docker.sock" };
  // Of an image only these three fields go into a container.
  const plan = planContainer(spec, image as PlannedImage, context);
  const args = containerInputs(plan, wiring, "1.41");
  return new Promise((resolve) => {
    // Resolved arguments are plain JSON; the SDK's types do not know.
    pulumi.output(args).apply((resolved) => resolve(resolved as unknown as PropertyMap));
  });
}

const word = fc.constantFrom("a", "b", "c");
const env: fc.Arbitrary<EnvValue> = fc.oneof(
  word,
  word.map((name) => secret(`secret-${name}`)),
  word.map(sensitive),
  word.map((name) => text`x${secret(`secret-${name}`)}`),
);
const words = fc.array(word, { minLength: 1, maxLength: 3 });
const duration = fc.constantFrom("1s", "5s", "20s", "1m");
const few = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Record<string, Value>> =>
  fc.dictionary(word, value, { maxKeys: 3 });

const optional = {
  entrypoint: words,
  command: words,
  env: few(env),
  files: fc.uniqueArray(
    fc.record(
      {
        path: word.map((name) => `/etc/${name}`),
        content: fc.oneof(
          word,
          word.map((name) => text`x${secret(`secret-${name}`)}`),
        ),
        mode: fc.constantFrom("0400", "0444"),
        owner: fc.constantFrom(0, 999),
      },
      { requiredKeys: ["path", "content"] },
    ),
    { selector: ({ path }) => path, maxLength: 2 },
  ),
  volumes: fc.uniqueArray(
    fc.record({ volume: word.map((name) => `volume-${name}`), path: word.map((name) => `/data/${name}`) }),
    { selector: ({ path }) => path, maxLength: 2 },
  ),
  ports: fc.uniqueArray(
    fc.record({
      name: word,
      internal: fc.constantFrom(80, 8080),
      host: fc.constantFrom(9000, 9001, undefined),
      setting: fc.constant("NASIKO_PORT_X"),
    }),
    { selector: ({ internal }) => internal, maxLength: 2 },
  ),
  aliases: fc.record({ app: words, data: words }, { requiredKeys: [] }),
  dependsOn: fc.constant({}),
  after: fc.constant({}),
  profile: fc.constant("core" as const),
  optional: fc.constant(true as const),
  capabilities: fc.uniqueArray(fc.constantFrom("CAP_CHOWN", "CAP_SETUID")),
  readOnly: fc.boolean(),
  tmpfs: few(fc.constantFrom("", "size=1m")).map((paths) =>
    Object.fromEntries(Object.entries(paths).map(([path, how]) => [`/${path}`, how])),
  ),
  dockerSocket: fc.boolean(),
  role: fc.constantFrom(...SERVICE_ROLES),
  reachableBy: fc.uniqueArray(fc.constantFrom(...AUDIENCES)),
};
const required = {
  summary: word,
  layer: fc.constantFrom("data" as const, "app" as const),
  image: word.map((name) => ({ kind: "platform" as const, name })),
  networks: fc.uniqueArray(fc.constantFrom(...NETWORK_ROLES), { maxLength: 3 }),
  memory: fc.constantFrom("64MB" as const, "1GB" as const),
  user: fc.constantFrom("0:0", "999:999"),
  stop: fc.record({ signal: fc.constantFrom("SIGTERM" as const, "SIGINT" as const), grace: duration }),
};
const serviceOnly = {
  kind: fc.constant("service" as const),
  health: fc.record(
    {
      test: fc.constantFrom(["CMD-SHELL", "true"] as const, ["CMD", "/probe", "x"] as const),
      timeout: duration,
      retries: fc.constantFrom(1, 3),
      startPeriod: duration,
    },
    { requiredKeys: ["test"] },
  ),
  readyWithin: duration,
};
const jobOnly = { kind: fc.constant("job" as const), finishWithin: duration };

/** Any description of a service or job with this name. */
export const arbitrarySpec = (name: string): fc.Arbitrary<ServiceSpec> => {
  const shape = { name: fc.constant(name), ...required, ...optional };
  const requiredKeys = ["name", "kind", ...Object.keys(required)] as const;
  // fast-check does not narrow keys that are computed; `satisfies` could not help either.
  return fc.oneof(
    fc.record({ ...shape, ...serviceOnly }, { requiredKeys: [...requiredKeys, "health"] as never[] }),
    fc.record({ ...shape, ...jobOnly }, { requiredKeys: [...requiredKeys] as never[] }),
  ) as unknown as fc.Arbitrary<ServiceSpec>;
};

/** The first description with these fields of the second; both of one kind. */
export function edited(spec: ServiceSpec, other: ServiceSpec, fields: readonly string[]): ServiceSpec {
  const kept = Object.entries(spec).filter(([field]) => !fields.includes(field));
  const taken = Object.entries(other).filter(([field]) => fields.includes(field) && field !== "kind");
  // Still a description: every field is from one or the other.
  return Object.fromEntries([...kept, ...taken]) as unknown as ServiceSpec;
}
