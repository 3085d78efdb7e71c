import type { Db } from "mongodb";
import { Problem } from "../../lib/problem.ts";
import type { Store } from "./store.ts";
import { removeUpload, uploadsBy, type UploadDocument, versionsOf } from "./uploads.ts";

/** What one user may keep on the platform. */
export interface Quota {
  readonly agents: number;
  /** Versions of one agent; the oldest go first, those that run or are on their way never. */
  readonly versions: number;
  /** Of all uploads, unpacked. */
  readonly bytes: number;
}

/** What somebody wants to add. */
export interface Wanted {
  readonly agent: string;
  /** Bytes. */
  readonly size: number;
}

/** Uploads of agents that were removed are kept to go back to, as long as there are no more of them than this. */
const MOST_REMOVED = 200;
const MEGABYTE = 1024 * 1024;

/** What is decided about a new upload, before anything is deleted or stored. */
export type Room =
  | { readonly kind: "fits"; readonly remove: readonly UploadDocument[] }
  | { readonly kind: "refused"; readonly status: 403 | 413; readonly reason: string };

/** @param uploads all of the user's, the newest first */
export function roomFor({ agent, size }: Wanted, uploads: readonly UploadDocument[], quota: Quota): Room {
  const agents = new Set(uploads.filter(({ status }) => status !== "removed").map((one) => one.agent_name));
  if (!agents.has(agent) && agents.size >= quota.agents) {
    const reason = `You have ${agents.size} agents, as many as one user may have; remove one before you add ${agent}`;
    return { kind: "refused", status: 403, reason };
  }
  const removed = uploads.filter(({ status }) => status === "removed");
  const remove = removed.slice(MOST_REMOVED);
  const rest = removed.slice(0, MOST_REMOVED);
  const total = uploads.reduce((sum, one) => sum + sizeOf(one), size);
  let over = total - quota.bytes - remove.reduce((sum, one) => sum + sizeOf(one), 0);
  while (over > 0) {
    const oldest = rest.pop();
    if (oldest === undefined) {
      const [kept, most] = [total - size, quota.bytes].map((bytes) => Math.round(bytes / MEGABYTE));
      const reason = `Your uploads have ${kept} MB of ${most} MB, and this one does not fit in; remove an agent first`;
      return { kind: "refused", status: 413, reason };
    }
    remove.push(oldest);
    over -= sizeOf(oldest);
  }
  return { kind: "fits", remove };
}

/** Of an upload of before sizes were kept, nothing is known. */
const sizeOf = ({ size = 0 }: UploadDocument): number => size;

/** Versions of an agent that go. @param versions the newest first */
export function surplus(
  versions: readonly UploadDocument[],
  { versions: kept }: Quota,
): readonly UploadDocument[] {
  const settled = ["failed", "superseded", "removed"];
  return versions.slice(kept).filter(({ status }) => settled.includes(status));
}

interface Stores {
  readonly db: () => Db;
  readonly store: Store;
  readonly quota: Quota;
}

/** Makes room among what the user has removed. @throws Problem 403, 413 when there is none */
export async function makeRoom(owner: string, wanted: Wanted, { db, store, quota }: Stores): Promise<void> {
  const room = roomFor(wanted, await uploadsBy(db(), owner), quota);
  if (room.kind === "refused")
    throw new Problem(room.status, room.reason, { more: { code: "NSK-UPLOAD-QUOTA" } });
  await removeAll(room.remove, db(), store);
}

export async function removeSurplus(agent: string, { db, store, quota }: Stores): Promise<void> {
  await removeAll(surplus(await versionsOf(db(), agent), quota), db(), store);
}

/** First the entry: a folder that nobody knows of does no harm, an entry without its folder cannot be deployed. */
async function removeAll(uploads: readonly UploadDocument[], db: Db, store: Store): Promise<void> {
  for (const { upload_id, path } of uploads) {
    await removeUpload(db, upload_id);
    await store.remove(path);
  }
}

/** One piece of work per name at a time, in the order in which it came. */
export type InTurn = <Result>(name: string, work: () => Promise<Result>) => Promise<Result>;

export function inTurn(): InTurn {
  const last = new Map<string, Promise<unknown>>();
  return async (name, work) => {
    const before = last.get(name) ?? Promise.resolve();
    const own = before.then(work, work);
    const done = own.catch(() => undefined);
    last.set(name, done);
    try {
      return await own;
    } finally {
      if (last.get(name) === done) last.delete(name);
    }
  };
}
