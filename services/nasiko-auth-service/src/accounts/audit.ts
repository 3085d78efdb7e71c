import type { Collection, Db, Filter } from "mongodb";

/** One change of who may do what, or a try that was refused. */
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

const auditOf = (db: Db): Collection<AuditEntry & { readonly expires_at?: Date }> =>
  db.collection("auth_audit");

export async function prepareAudit(db: Db): Promise<void> {
  await auditOf(db).createIndex({ at: -1 });
  await auditOf(db).createIndex({ expires_at: 1 }, { expireAfterSeconds: 0 });
}

export async function record(db: Db, entry: Omit<AuditEntry, "at">): Promise<void> {
  await auditOf(db).insertOne({ at: new Date(), ...entry });
}

/** Days that a refusal is kept; changes are kept for good. */
const REFUSALS_KEPT = 30;

/** Something that somebody tried and was refused. */
export async function recordRefusal(db: Db, entry: Omit<AuditEntry, "at">): Promise<void> {
  const at = new Date();
  const expires_at = new Date(at.getTime() + REFUSALS_KEPT * 24 * 3600 * 1000);
  await auditOf(db).insertOne({ at, ...entry, expires_at });
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
