import { randomUUID } from "node:crypto";
import type { Collection, Db } from "mongodb";

/** Stages of an upload, in their usual order; the worker reports all but the first. */
export const STATUSES = [
  ...(["queued", "processing", "building", "deploying", "registering"] as const),
  ...(["active", "superseded", "failed", "removed"] as const),
];
export type UploadStatus = (typeof STATUSES)[number];

/** One version of an agent that was uploaded. */
export interface UploadDocument {
  readonly upload_id: string;
  readonly agent_name: string;
  /** Name of its folder without the "v", e.g. "1.0.0" or "1.0.0-2". */
  readonly version: string;
  /** Its folder, as backend and worker see it. */
  readonly path: string;
  readonly owner_id: string;
  /** Bytes of its files; undefined for one of before this was kept. */
  readonly size?: number;
  readonly status: UploadStatus;
  /** Step of the build that failed. */
  readonly step: string | null;
  readonly error: string | null;
  readonly url: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export type NewUpload = Pick<UploadDocument, "agent_name" | "version" | "path" | "owner_id" | "size">;
export type StatusChange = Pick<UploadDocument, "status"> &
  Partial<Pick<UploadDocument, "step" | "error" | "url">>;

const uploadsOf = (db: Db): Collection<UploadDocument> => db.collection("uploads");

export async function prepareUploads(db: Db): Promise<void> {
  await uploadsOf(db).createIndex({ upload_id: 1 }, { unique: true });
  await uploadsOf(db).createIndex({ agent_name: 1, created_at: -1 });
}

export async function addUpload(db: Db, wanted: NewUpload): Promise<UploadDocument> {
  const now = new Date();
  const upload: UploadDocument = {
    ...wanted,
    upload_id: randomUUID(),
    status: "queued",
    step: null,
    error: null,
    url: null,
    created_at: now,
    updated_at: now,
  };
  // A copy: the driver adds its _id to what it is given.
  await uploadsOf(db).insertOne({ ...upload });
  return upload;
}

export async function findUpload(db: Db, upload_id: string): Promise<UploadDocument | undefined> {
  return (await uploadsOf(db).findOne({ upload_id })) ?? undefined;
}

/** Versions of an agent, the newest first. */
export async function versionsOf(db: Db, agent_name: string): Promise<readonly UploadDocument[]> {
  return uploadsOf(db).find({ agent_name }).sort({ created_at: -1 }).toArray();
}

/** Uploads of a user, the newest first. */
export async function uploadsBy(db: Db, owner_id: string): Promise<readonly UploadDocument[]> {
  return uploadsOf(db).find({ owner_id }).sort({ created_at: -1 }).toArray();
}

export async function removeUpload(db: Db, upload_id: string): Promise<void> {
  await uploadsOf(db).deleteOne({ upload_id });
}

/** Every upload that runs, or did when somebody last looked. */
export async function activeUploads(db: Db): Promise<readonly UploadDocument[]> {
  return uploadsOf(db).find({ status: "active" }).toArray();
}

/** @returns the upload as it is now, or undefined when there is none */
export async function changeStatus(
  db: Db,
  upload_id: string,
  change: StatusChange,
): Promise<UploadDocument | undefined> {
  // What a stage does not say is not true any more, e.g. the error of an attempt before.
  const fields = { step: null, error: null, url: null, ...change, updated_at: new Date() };
  const upload = await uploadsOf(db).findOneAndUpdate(
    { upload_id },
    { $set: fields },
    { returnDocument: "after" },
  );
  if (upload === null) return undefined;
  const { agent_name } = upload;
  if (change.status === "active")
    await uploadsOf(db).updateMany(
      { agent_name, upload_id: { $ne: upload_id }, status: "active" },
      { $set: { status: "superseded", updated_at: fields.updated_at } },
    );
  return upload;
}

/** All versions of an agent are gone from the platform; what was uploaded stays on the volume. */
export async function markRemoved(db: Db, agent_name: string): Promise<void> {
  await uploadsOf(db).updateMany({ agent_name }, { $set: { status: "removed", updated_at: new Date() } });
}

/** The states that people see. */
export function stateOf(status: UploadStatus): "Setting Up" | "Active" | "Failed" | "Superseded" | "Removed" {
  switch (status) {
    case "active":
      return "Active";
    case "failed":
      return "Failed";
    case "superseded":
      return "Superseded";
    case "removed":
      return "Removed";
    case "queued":
    case "processing":
    case "building":
    case "deploying":
    case "registering":
      return "Setting Up";
  }
}

export interface UploadView extends Omit<UploadDocument, "status" | "path"> {
  readonly status: ReturnType<typeof stateOf>;
  /** The stage behind the state. */
  readonly stage: UploadStatus;
}

export function uploadView(upload: UploadDocument): UploadView {
  const { upload_id, agent_name, version, owner_id, step, error, url, created_at, updated_at } = upload;
  return {
    ...{ upload_id, agent_name, version, owner_id, step, error, url, created_at, updated_at },
    status: stateOf(upload.status),
    stage: upload.status,
  };
}
