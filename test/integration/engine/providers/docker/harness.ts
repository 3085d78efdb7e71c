import type {
  CreateResult,
  DiffResult,
  Provider,
  RecordedResource,
  ResourceRef,
} from "../../../../../engine/core/provider.ts";
import type { PropertyMap } from "../../../../../engine/core/values.ts";
import { fakeStep, type FakeStep } from "../../../../unit/engine/providers/docker/fake-step.ts";

const TYPES = {
  container: "docker:index/container:Container",
  network: "docker:index/network:Network",
  volume: "docker:index/volume:Volume",
  image: "docker:index/image:Image",
} as const;

export type Recorded = RecordedResource &
  ResourceRef & { readonly initErrors: readonly string[]; readonly step: FakeStep };

/** What the engine does with a provider, one resource at a time. */
export interface Harness {
  create(
    kind: keyof typeof TYPES,
    name: string,
    news: PropertyMap,
    how?: { readonly signal?: AbortSignal; readonly interrupted?: boolean },
  ): Promise<Recorded>;
  diff(old: Recorded, news: PropertyMap): Promise<DiffResult>;
  update(old: Recorded, news: PropertyMap): Promise<Recorded>;
  delete(old: Recorded): Promise<void>;
}

export function harness(provider: Provider): Harness {
  const checked = async (
    ref: ResourceRef,
    olds: PropertyMap | undefined,
    news: PropertyMap,
  ): Promise<PropertyMap> => {
    const { inputs, failures } = await provider.check(ref, olds, news);
    if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("; "));
    return inputs;
  };
  const refOf = ({ urn, type, name }: ResourceRef): ResourceRef => ({ urn, type, name });
  return {
    create: async (kind, name, news, how = {}) => {
      const ref = { urn: `urn:pulumi:test::nasiko::${TYPES[kind]}::${name}`, type: TYPES[kind], name };
      const inputs = await checked(ref, undefined, news);
      const step = fakeStep(how.signal, how.interrupted);
      const result: CreateResult = await provider.create(ref, inputs, step);
      return { ...ref, ...result, inputs, step, initErrors: result.initErrors ?? [] };
    },
    diff: async (old, news) => provider.diff(refOf(old), old, await checked(refOf(old), old.inputs, news)),
    update: async (old, news) => {
      const inputs = await checked(refOf(old), old.inputs, news);
      const step = fakeStep();
      const result = await provider.update(refOf(old), old, inputs, step);
      return { ...old, inputs, step, outputs: result.outputs, initErrors: result.initErrors ?? [] };
    },
    delete: (old) => provider.delete(refOf(old), old, fakeStep()),
  };
}
