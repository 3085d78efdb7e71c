import { randomUUID } from "node:crypto";
import { engineUnsupported } from "./errors.ts";
import type { ResourceGoal } from "./protocol.ts";
import type { Provider } from "./provider.ts";
import { emptyRecord } from "./resource-record.ts";
import type { RunContext } from "./run-context.ts";
import { defaultProviderUrn, providerReference } from "./urn.ts";

/** The provider resources that Pulumi's engine makes for packages without one of the program's own. */
export interface DefaultProviders {
  /**
   * Reference for a resource's record; the provider's own record is settled at its first use.
   * @throws NSK-ENGINE-UNSUPPORTED when the SDK package is of another major version than the provider follows
   */
  referenceFor(provider: Provider, goal: ResourceGoal): string;
}

export function createDefaultProviders({ project, stack, state, journal }: RunContext): DefaultProviders {
  const references = new Map<string, string>();
  const make = (provider: Provider, version: string): string => {
    checkVersion(provider, version);
    const urn = defaultProviderUrn(stack, project, provider.package, version);
    const old = state.find(urn);
    const now = new Date().toISOString();
    // An existing record stays as it is, whoever wrote it: its id is in every reference.
    const record = old ?? {
      ...emptyRecord(urn, `pulumi:providers:${provider.package}`, true),
      id: randomUUID(),
      inputs: { __internal: {}, version },
      outputs: { version },
      created: now,
      modified: now,
    };
    state.settle(record);
    return providerReference(urn, record.id ?? "");
  };
  const checkVersion = (provider: Provider, version: string): void => {
    if (version === provider.version) return;
    if (major(version) !== major(provider.version))
      throw engineUnsupported({
        what: `@pulumi/${provider.package} ${version}: it follows version ${provider.version}`,
        remedy: { id: "install-package", name: `@pulumi/${provider.package}`, version: provider.version },
      });
    const message = `@pulumi/${provider.package} is ${version}, the embedded engine follows ${provider.version}`;
    journal.note({ severity: "warning", message });
  };
  return {
    referenceFor: (provider, goal) => {
      const version = goal.version === "" ? provider.version : goal.version;
      const key = `${provider.package} ${version}`;
      const reference = references.get(key) ?? make(provider, version);
      references.set(key, reference);
      return reference;
    },
  };
}

const major = (version: string): string => version.split(".", 1)[0] ?? "";
