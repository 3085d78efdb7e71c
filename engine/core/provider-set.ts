import { engineUnsupported } from "./errors.ts";
import type { Observation, Provider } from "./provider.ts";
import type { ResourceRecord } from "./resource-record.ts";
import { isProviderType, nameOf, packageOf } from "./urn.ts";
import { revealAll } from "./values.ts";

/** The engine's providers, by the types of resources they manage. */
export interface ProviderSet {
  /** @throws NSK-ENGINE-UNSUPPORTED naming the type */
  for(type: string, urn: string): Provider;
  /** What differs between the records and the outside world, by URN. */
  observe(records: readonly ResourceRecord[]): Promise<ReadonlyMap<string, Observation>>;
  close(): Promise<void>;
}

export function createProviderSet(providers: readonly Provider[]): ProviderSet {
  const byType = new Map(providers.flatMap((provider) => provider.types.map((type) => [type, provider])));
  return {
    for: (type, urn) => {
      const provider = byType.get(type);
      if (provider !== undefined) return provider;
      const known = providers.some((candidate) => candidate.package === packageOf(type));
      throw engineUnsupported({
        what: known ? `resources of type ${type}` : `resources of the package ${packageOf(type)}`,
        where: nameOf(urn),
      });
    },
    observe: async (records) => {
      const lists = await Promise.all(
        providers.map(async (provider) => {
          const recorded = records.flatMap((record) => {
            const { id, type, urn } = record;
            const theirs = record.custom && !isProviderType(type) && provider.types.includes(type);
            if (!theirs || id === undefined || record.delete || record.pendingReplacement) return [];
            const [inputs, outputs] = [revealAll(record.inputs), revealAll(record.outputs)];
            return [{ urn, type, name: nameOf(urn), id, inputs, outputs }];
          });
          return recorded.length === 0 ? [] : provider.observe(recorded);
        }),
      );
      return new Map(lists.flat().map((observation) => [observation.urn, observation]));
    },
    close: async () => {
      await Promise.all(providers.map((provider) => provider.close()));
    },
  };
}
