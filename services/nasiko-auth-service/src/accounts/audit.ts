import type { Collection, Db, Filter } from "mongodb";

/** One change of who may do what. */
export interface AuditEntry {
  readonly at: Date;
  /** Id of who did it; "stack" for what the settings say. */
  readonly actor: string;
  /** @example "user.revoke" */
  readonly action: string;
  /** A user's id or an agent's name. */
  readonly target: string;
  /** Never a secret. */
  readonly detail: Readonly<Record<string, string | boolean | readonly string[]>>;
}

const auditOf = (db: Db): Collection<AuditEntry> => db.collection("auth_audit");

export async function prepareAudit(db: Db): Promise<void> {
  await auditOf(db).createIndex({ at: -1 });
}

export async function record(db: Db, entry: Omit<AuditEntry, "at">): Promise<void> {
  await auditOf(db).insertOne({ at: new Date(), ...entry });
}

/** Newest first. */
export async function readAudit(
  db: Db,
  { before, limit }: { readonly before?: Date | undefined; readonly limit: number },
): Promise<readonly AuditEntry[]> {
  const filter: Filter<AuditEntry> = before === undefined ? {} : { at: { $lt: before } };
  const found = await auditOf(db).find(filter).sort({ at: -1 }).limit(limit).toArray();
  return found.map(({ at, actor, action, target, detail }) => ({ at, actor, action, target, detail }));
}
