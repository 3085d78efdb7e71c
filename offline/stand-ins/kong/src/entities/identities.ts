import type { Acl } from "./acl.ts";
import type { Consumer } from "./consumer.ts";
import type { JwtSecret } from "./jwt-secret.ts";

/** Who calls, by which credential, and the groups that it is in. */
export interface Identity {
  readonly consumer: Consumer;
  readonly credential: JwtSecret;
  readonly groups: readonly string[];
}

/** Identities by the key of the credential that tokens name. */
export type Identities = ReadonlyMap<string, Identity>;

export function buildIdentities({
  consumers,
  jwtSecrets,
  acls,
}: {
  readonly consumers: readonly Consumer[];
  readonly jwtSecrets: readonly JwtSecret[];
  readonly acls: readonly Acl[];
}): Identities {
  const byId = new Map(consumers.map((consumer) => [consumer.id, consumer]));
  const memberships = Map.groupBy(acls, (membership) => membership.consumer.id);
  return new Map(
    jwtSecrets.flatMap((credential): [string, Identity][] => {
      const consumer = byId.get(credential.consumer.id);
      if (consumer === undefined) return [];
      const groups = (memberships.get(consumer.id) ?? []).map(({ group }) => group);
      return [[credential.key, { consumer, credential, groups }]];
    }),
  );
}
