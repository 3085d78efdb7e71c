import type * as pulumi from "@pulumi/pulumi";

import type { NetworkRole } from "../../platform/services/service-spec.ts";

/** What containers share, looked up by the names that the blueprint uses. */
export interface Wiring {
  readonly network: (role: NetworkRole) => pulumi.Input<string>;
  readonly volume: (volume: string) => pulumi.Input<string>;
  readonly secret: (purpose: string) => pulumi.Input<string>;
  /** Reference of an image that is certain to exist once the input resolves. */
  readonly image: (reference: string) => pulumi.Input<string>;
}

/** A lookup that refuses names the blueprint did not announce: that would be our own mistake. */
export function lookup<Value>(
  what: string,
  entries: Iterable<readonly [string, Value]>,
): (name: string) => Value {
  const known = new Map(entries);
  return (name) => {
    const value = known.get(name);
    if (value === undefined) throw new Error(`The blueprint uses ${what} ${name} without announcing it.`);
    return value;
  };
}
