import fc from "fast-check";
import { expect, test } from "vitest";

import { dependentReplacements } from "../../../../engine/core/dependents.ts";
import type { ResourceRecord } from "../../../../engine/core/resource-record.ts";
import type { PropertyMap } from "../../../../engine/core/values.ts";
import { effectsOf } from "../../../../engine/providers/docker/argument-steps.ts";
import { updateBody } from "../../../../engine/providers/docker/container-body.ts";
import { NETWORK_ROLES, type ServiceSpec } from "../../../../platform/services/service-spec.ts";
import { recordOf } from "../core/arbitraries.ts";
import { DockerWorld } from "./docker-world.ts";
import { checked, containerStep } from "./plan-of.ts";
import { arbitrarySpec, edited, inputsOf } from "./specs.ts";

const VOLUMES = ["volume-a", "volume-b", "volume-c"];
const SECRETS = ["secret-a", "secret-b", "secret-c"];

/** A catalogue with what its containers share; a number is the version of a shared thing. */
interface Catalogue {
  readonly shared: Readonly<Record<string, number>>;
  readonly specs: readonly ServiceSpec[];
}

const arbitraryShared = fc.record(
  Object.fromEntries([...NETWORK_ROLES, ...VOLUMES, ...SECRETS].map((name) => [name, fc.nat(2)])),
);

/** A catalogue, and what somebody made of it: services changed, added, taken away; shared things changed. */
const arbitraryEdit = fc
  .record({
    before: fc.subarray(["s0", "s1", "s2", "s3"]),
    after: fc.subarray(["s0", "s1", "s2", "s3"]),
    olds: fc.tuple(...["s0", "s1", "s2", "s3"].map(arbitrarySpec)),
    others: fc.tuple(...["s0", "s1", "s2", "s3"].map(arbitrarySpec)),
    fields: fc.subarray(["image", "env", "volumes", "networks", "memory", "stop", "health", "files"]),
    shared: fc.tuple(arbitraryShared, arbitraryShared),
    untouched: fc.subarray([...NETWORK_ROLES, ...VOLUMES, ...SECRETS], { minLength: 6 }),
  })
  .map(({ before, after, olds, others, fields, shared: [old, other], untouched }) => {
    const changed = Object.entries(other).filter(([name]) => !untouched.includes(name));
    const edits = olds.map((spec) => {
      const twin = others.find(({ name }) => name === spec.name);
      return twin?.kind === spec.kind ? edited(spec, twin, fields) : spec;
    });
    return [
      { shared: old, specs: olds.filter(({ name }) => before.includes(name)) },
      {
        shared: { ...old, ...Object.fromEntries(changed) },
        specs: edits.filter(({ name }) => after.includes(name)),
      },
    ] satisfies readonly [Catalogue, Catalogue];
  });

/** Inputs of every container, by name. A secret's value is its version; a network keeps its name. */
async function containersOf({ specs, shared }: Catalogue): Promise<ReadonlyMap<string, PropertyMap>> {
  const values = SECRETS.map((name) => [name, `${name}=${String(shared[name])}`] as const);
  const inputs = specs.map(async (spec) => {
    const given = await inputsOf(spec, { names: Object.fromEntries(values) });
    return [spec.name, checked(given)] as const;
  });
  return new Map(await Promise.all(inputs));
}

const SHARED_TYPE = (name: string): string =>
  name.startsWith("volume") ? "volume" : name.startsWith("secret") ? "secret" : "network";
const urnOf = (name: string): string => `urn:${name}`;

/** The state that a run leaves: what is shared first, then containers that name it. */
function stateOf(
  catalogue: Catalogue,
  containers: ReadonlyMap<string, PropertyMap>,
): readonly ResourceRecord[] {
  const reads = (inputs: PropertyMap, property: string, kind: string): string[] =>
    Object.keys(catalogue.shared)
      .filter((name) => SHARED_TYPE(name) === kind && JSON.stringify(inputs[property] ?? "").includes(name))
      .map(urnOf);
  return [
    ...Object.keys(catalogue.shared).map((name) => recordOf(name, { urn: urnOf(name) })),
    ...[...containers].map(([name, inputs]) =>
      recordOf(name, {
        urn: urnOf(name),
        inputs,
        propertyDependencies: {
          networksAdvanced: reads(inputs, "networksAdvanced", "network").filter((urn) =>
            networked(inputs, urn),
          ),
          volumes: reads(inputs, "volumes", "volume"),
          envs: reads(inputs, "envs", "secret"),
          uploads: reads(inputs, "uploads", "secret"),
        },
      }),
    ),
  ];
}

/** Role names are short: an alias may look like one. */
const networked = (inputs: PropertyMap, urn: string): boolean =>
  DockerWorld.networksOf(inputs).some((name) => urnOf(name) === urn);

test("edits of a catalogue: Docker accepts every step of the plan, and afterwards all is as if newly created", async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryEdit, async ([before, after]) => {
      const [olds, news] = [await containersOf(before), await containersOf(after)];
      const records = stateOf(before, olds);
      const world = new DockerWorld();
      for (const name of Object.keys(before.shared)) world.makeShared(SHARED_TYPE(name), name);
      for (const inputs of olds.values()) world.make(inputs);
      const ids = world.ids();

      // What is shared first, as the program declares it: what has to go with it goes before.
      const gone = new Set<string>();
      for (const name of Object.keys(after.shared)) {
        const kind = SHARED_TYPE(name);
        if (kind === "secret" || before.shared[name] === after.shared[name]) continue;
        const root = recordOf(name, { urn: urnOf(name) });
        const wouldFollow = (record: ResourceRecord, inputs: PropertyMap): Promise<boolean> =>
          Promise.resolve(containerStep(record.inputs, inputs).operation === "replace");
        const followers = await dependentReplacements(
          root,
          records,
          ({ urn }) => !gone.has(urn),
          wouldFollow,
        );
        for (const { urn } of followers) gone.add(urn);
        for (const { inputs } of followers) world.remove(inputs);
        world.removeShared(kind, name);
        world.makeShared(kind, name);
      }

      const kept = new Set<string>();
      for (const [name, inputs] of news) {
        const old = olds.get(name);
        if (old === undefined || gone.has(urnOf(name))) {
          world.make(inputs);
          continue;
        }
        const step = containerStep(old, inputs);
        if (step.operation === "replace") {
          world.remove(old);
          world.make(inputs);
          continue;
        }
        kept.add(name);
        const inDocker =
          step.operation === "update" && effectsOf(step.changed).some(({ effect }) => effect === "update");
        if (inDocker) world.update(inputs, updateBody(inputs));
      }
      for (const [name, inputs] of olds) if (!news.has(name) && !gone.has(urnOf(name))) world.remove(inputs);

      const anew = new DockerWorld();
      for (const name of Object.keys(after.shared)) anew.makeShared(SHARED_TYPE(name), name);
      for (const inputs of news.values()) anew.make(inputs);
      expect(world.shown()).toEqual(anew.shown());
      expect(world.stale()).toEqual([]);
      const same = [...world.ids()].filter(([name, id]) => ids.get(name) === id).map(([name]) => name);
      expect(same.sort()).toEqual([...kept].map((name) => `nasiko-test-${name}`).sort());
    }),
    { numRuns: 300 },
  );
});
