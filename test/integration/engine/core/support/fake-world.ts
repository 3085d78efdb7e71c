import type { Observation, Provider, StepContext } from "../../../../../engine/core/provider.ts";
import type { PropertyMap } from "../../../../../engine/core/values.ts";
import { containsUnknown } from "../../../../../engine/core/values.ts";
import { sameValue } from "../../../../../engine/core/property-values.ts";

/** One object of the world outside, as an engine would hold it. */
interface WorldObject {
  readonly id: string;
  readonly type: string;
  /** Logical name of the resource that made it. */
  readonly resource: string;
  readonly inputs: PropertyMap;
}

/** What happens to a resource, by logical name and verb, e.g. "database create". */
type Behaviour = (step: StepContext) => Promise<readonly string[] | undefined>;

/** The outside world: what exists, what was done to it, and how it behaves. */
export interface World {
  readonly objects: Map<string, WorldObject>;
  /** Every change in order, e.g. "create network", "delete web". */
  readonly log: string[];
  /** Runs within the verb, after the object was made; may throw, wait, or return init errors. */
  readonly behaviours: Map<string, Behaviour>;
  /** Findings of the next look, by logical name. */
  readonly findings: Map<string, Observation["finding"]>;
  /** Inputs that were checked, as the provider was shown them. */
  readonly seen: PropertyMap[];
  made: number;
  closed: number;
}

export function createWorld(): World {
  return {
    objects: new Map(),
    log: [],
    behaviours: new Map(),
    findings: new Map(),
    seen: [],
    made: 0,
    closed: 0,
  };
}

const UPDATABLE = new Set(["memory"]);
const COMPUTED: Readonly<Record<string, (id: string) => PropertyMap>> = {
  "random:index/randomPassword:RandomPassword": (id) => ({
    result: `hunter2-${id}`,
    bcryptHash: `hash-${id}`,
  }),
  "random:index/randomId:RandomId": (id) => ({ hex: id }),
};

/** Providers of two packages over one world, with Docker's rules: names are unique, most changes replace. */
export function fakeProviders(world: World): readonly Provider[] {
  return [
    fakeProvider(world, "docker", "5.2.0", [
      "docker:index/network:Network",
      "docker:index/container:Container",
    ]),
    fakeProvider(world, "random", "4.21.2", Object.keys(COMPUTED)),
  ];
}

function fakeProvider(world: World, pkg: string, version: string, types: readonly string[]): Provider {
  const behave = async (name: string, verb: string, step: StepContext): Promise<readonly string[]> =>
    (await world.behaviours.get(`${name} ${verb}`)?.(step)) ?? [];
  const outputsOf = (object: WorldObject): PropertyMap => ({
    ...object.inputs,
    ...COMPUTED[object.type]?.(object.id),
  });
  return {
    package: pkg,
    version,
    types,
    check: (_resource, olds, news) => {
      world.seen.push(news);
      if (news["image"] === "")
        return Promise.resolve({ inputs: news, failures: [{ property: "image", reason: "is empty" }] });
      const automatic =
        news["name"] === undefined ? (olds?.["name"] ?? `auto-${(world.made += 1)}`) : undefined;
      const inputs = automatic === undefined ? news : { ...news, name: automatic, __defaults: ["name"] };
      return Promise.resolve({ inputs, failures: [] });
    },
    diff: (_resource, old, news) => {
      const keys = new Set([...Object.keys(old.inputs), ...Object.keys(news)]);
      keys.delete("__defaults");
      const visible = [...keys].filter(
        (key) => !sameValue(old.inputs[key], news[key]) || !sameValue(old.outputs[key], news[key]),
      );
      const replaces = visible.filter((key) => !UPDATABLE.has(key));
      // Two objects of one name cannot exist side by side.
      const deleteBeforeReplace = replaces.length > 0 && sameValue(old.inputs["name"], news["name"]);
      return Promise.resolve({ changed: visible, replaces, deleteBeforeReplace });
    },
    create: async ({ type, name }, news, step) => {
      if (containsUnknown(news)) throw new Error(`${name} was created with an unknown input`);
      const taken = [...world.objects.values()].find(
        (object) =>
          object.type === type && news["name"] !== undefined && object.inputs["name"] === news["name"],
      );
      if (taken !== undefined && step.interrupted !== true)
        throw new Error(`the name of ${name} is already in use`);
      if (taken !== undefined) world.objects.delete(taken.id);
      await behave(name, "before", step);
      const id = `${name}-${(world.made += 1)}`;
      const object = { id, type, resource: name, inputs: news };
      world.objects.set(id, object);
      world.log.push(`create ${name}`);
      await step.created(id);
      const initErrors = await behave(name, "create", step);
      return { id, outputs: outputsOf(object), initErrors };
    },
    update: async ({ type, name }, old, news, step) => {
      const object = { id: old.id, type, resource: name, inputs: news };
      world.objects.set(old.id, object);
      world.log.push(`update ${name}`);
      const initErrors = await behave(name, "update", step);
      return { outputs: outputsOf(object), initErrors };
    },
    delete: async ({ name }, old, step) => {
      await behave(name, "delete", step);
      world.objects.delete(old.id);
      world.log.push(`delete ${name}`);
    },
    recover: ({ type }, inputs) => {
      const named = ({ type: other, inputs: theirs }: WorldObject): boolean =>
        other === type && inputs["name"] !== undefined && theirs["name"] === inputs["name"];
      const found = [...world.objects.values()].find(named);
      return Promise.resolve(found && { id: found.id, outputs: outputsOf(found), complete: false });
    },
    observe: (recorded) =>
      Promise.resolve(
        recorded.flatMap(({ urn, name, id, type }): Observation[] => {
          const finding = world.findings.get(name);
          if (finding !== undefined) return [{ urn, reason: `${name} is ${finding.kind}`, finding }];
          const gone = !world.objects.has(id) && type.startsWith("docker:");
          return gone ? [{ urn, reason: `${name} is gone`, finding: { kind: "missing" } }] : [];
        }),
      ),
    close: () => {
      world.closed += 1;
      return Promise.resolve();
    },
  };
}

/** Names of the resources whose objects exist, sorted. */
export function existing(world: World): readonly string[] {
  return [...world.objects.values()].map(({ resource }) => resource).sort();
}
