import type { Consumer } from "./consumers.ts";

/** What the gateway holds of ours. */
export interface Held {
  readonly consumers: readonly {
    readonly id: string;
    readonly username: string;
    readonly custom_id: string;
  }[];
  readonly credentials: readonly {
    readonly id: string;
    readonly consumer: string;
    readonly key: string;
    readonly secret: string;
    readonly algorithm: string;
  }[];
  readonly groups: readonly { readonly id: string; readonly consumer: string; readonly group: string }[];
}

/** One call of Kong's Admin API. */
export interface KongCall {
  readonly method: "PUT" | "POST" | "DELETE";
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** By it we know what is ours; nothing else is touched. */
export const TAG = "nasiko-auth";
const TAGS = [TAG];

/**
 * What brings the gateway in step. What takes rights away comes first: if the rest fails, nobody has more than
 * they should.
 */
export function changesBetween(held: Held, wanted: readonly Consumer[]): readonly KongCall[] {
  const wantedBy = new Map(wanted.map((consumer) => [consumer.username, consumer]));
  const idOf = new Map(held.consumers.map(({ id, username }) => [id, username]));
  const usable = new Set(
    held.consumers
      .filter(({ username, custom_id }) => wantedBy.get(username)?.custom_id === custom_id)
      .map(({ username }) => username),
  );

  const gone = held.consumers
    .filter(({ username }) => !usable.has(username))
    .map(({ username }): KongCall => ({ method: "DELETE", path: `/consumers/${username}` }));

  const ownedBy = <Row extends { readonly consumer: string }>(
    rows: readonly Row[],
  ): ReadonlyMap<string, Row[]> => Map.groupBy(rows, ({ consumer }) => idOf.get(consumer) ?? "");
  const credentials = ownedBy(held.credentials);
  const groups = ownedBy(held.groups);

  const removed: KongCall[] = [];
  const added: KongCall[] = [];
  for (const { username, custom_id, credential, groups: wantedGroups } of wanted) {
    const path = `/consumers/${username}`;
    const exists = usable.has(username);
    if (!exists) added.push({ method: "PUT", path, body: { custom_id, tags: TAGS } });

    const ownCredentials = exists ? (credentials.get(username) ?? []) : [];
    const right = ownCredentials.filter(
      ({ key, secret, algorithm }) =>
        key === credential.key && secret === credential.secret && algorithm === "HS256",
    );
    for (const { id } of ownCredentials.filter((own) => !right.includes(own)))
      removed.push({ method: "DELETE", path: `${path}/jwt/${id}` });
    if (right.length === 0)
      added.push({
        method: "POST",
        path: `${path}/jwt`,
        body: { ...credential, algorithm: "HS256", tags: TAGS },
      });

    const ownGroups = exists ? (groups.get(username) ?? []) : [];
    for (const { id, group } of ownGroups)
      if (!wantedGroups.includes(group)) removed.push({ method: "DELETE", path: `${path}/acls/${id}` });
    for (const group of wantedGroups)
      if (!ownGroups.some((own) => own.group === group))
        added.push({ method: "POST", path: `${path}/acls`, body: { group, tags: TAGS } });
  }
  return [...gone, ...removed, ...added];
}
