import { hash, randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { WorkflowDraft, type Webhook } from "./workflow.ts";

export interface Workflow extends WorkflowDraft {
  readonly id: string;
  readonly active: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface Execution {
  readonly id: number;
  readonly workflowId: string;
  readonly startedAt: string;
}

/** A stretch of a list. */
export interface Page {
  readonly limit: number;
  readonly offset: number;
}

/** How many executions are remembered. */
const EXECUTIONS_KEPT = 1000;

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA foreign_keys = ON;
  CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS workflow (
    id TEXT PRIMARY KEY, draft TEXT NOT NULL, webhook TEXT UNIQUE,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS execution (
    id INTEGER PRIMARY KEY AUTOINCREMENT, started_at TEXT NOT NULL,
    workflow_id TEXT NOT NULL REFERENCES workflow (id) ON DELETE CASCADE) STRICT;
`;

const WorkflowRow = z
  .object({
    id: z.string(),
    draft: z.string().transform((text) => WorkflowDraft.parse(JSON.parse(text))),
    webhook: z.string().nullable(),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .transform(({ id, draft, webhook, created_at, updated_at }): Workflow => ({
    id,
    ...draft,
    active: webhook !== null,
    createdAt: created_at,
    updatedAt: updated_at,
  }));

const ExecutionRow = z
  .object({ id: z.number(), workflow_id: z.string(), started_at: z.string() })
  .transform(({ id, workflow_id, started_at }): Execution => ({
    id,
    workflowId: workflow_id,
    startedAt: started_at,
  }));

/** Workflows and their executions, in an SQLite database. An active workflow is one whose webhook is registered. */
export class Store {
  readonly #database: DatabaseSync;

  /**
   * @param folder where the database file is, or will be made
   * @throws Error when the data there was made with another encryption key
   */
  constructor(folder: string, encryptionKey: string) {
    mkdirSync(folder, { recursive: true });
    this.#database = new DatabaseSync(join(folder, "standin.sqlite"));
    this.#database.exec(SCHEMA);
    const fingerprint = hash("sha256", `n8n encryption key ${encryptionKey}`);
    const known = this.#database
      .prepare(
        "INSERT INTO setting VALUES ('key', ?) ON CONFLICT (name) DO UPDATE SET value = value RETURNING value",
      )
      .get(fingerprint);
    if (known?.["value"] !== fingerprint)
      throw new Error(`N8N_ENCRYPTION_KEY is not the one with which the data in ${folder} was made`);
  }

  /** @throws Error of SQLite when it cannot answer */
  check(): void {
    this.#database.prepare("SELECT count(*) FROM setting").get();
  }

  list({ limit, offset }: Page, active?: boolean): readonly Workflow[] {
    const wanted = active === undefined ? "true" : active ? "webhook IS NOT NULL" : "webhook IS NULL";
    return this.#database
      .prepare(`SELECT * FROM workflow WHERE ${wanted} ORDER BY created_at, id LIMIT ? OFFSET ?`)
      .all(limit, offset)
      .map((row) => WorkflowRow.parse(row));
  }

  find(id: string): Workflow | undefined {
    return parsed(this.#database.prepare("SELECT * FROM workflow WHERE id = ?").get(id));
  }

  create(draft: WorkflowDraft): Workflow {
    const now = new Date().toISOString();
    return WorkflowRow.parse(
      this.#database
        .prepare("INSERT INTO workflow (id, draft, created_at, updated_at) VALUES (?, ?, ?, ?) RETURNING *")
        .get(randomBytes(12).toString("base64url"), JSON.stringify(draft), now, now),
    );
  }

  /**
   * @param webhook where it can be called from now on; undefined: nowhere, it is inactive
   * @returns undefined when there is no such workflow, "taken" when another one has that webhook
   */
  update(id: string, draft: WorkflowDraft, webhook: Webhook | undefined): Workflow | undefined | "taken" {
    const place = webhook === undefined ? null : placeOf(webhook.method, webhook.path);
    if (place !== null && this.#holderOf(place, id)) return "taken";
    return parsed(
      this.#database
        .prepare("UPDATE workflow SET draft = ?, webhook = ?, updated_at = ? WHERE id = ? RETURNING *")
        .get(JSON.stringify(draft), place, new Date().toISOString(), id),
    );
  }

  delete(id: string): Workflow | undefined {
    return parsed(this.#database.prepare("DELETE FROM workflow WHERE id = ? RETURNING *").get(id));
  }

  /** The active workflow that is called by this method and path. */
  byWebhook(method: string, path: string): Workflow | undefined {
    return parsed(
      this.#database.prepare("SELECT * FROM workflow WHERE webhook = ?").get(placeOf(method, path)),
    );
  }

  recordExecution(workflowId: string): void {
    const { lastInsertRowid } = this.#database
      .prepare("INSERT INTO execution (workflow_id, started_at) VALUES (?, ?)")
      .run(workflowId, new Date().toISOString());
    this.#database
      .prepare("DELETE FROM execution WHERE id <= ?")
      .run(Number(lastInsertRowid) - EXECUTIONS_KEPT);
  }

  /** The last one comes first. */
  executions({ limit, offset }: Page, workflowId?: string): readonly Execution[] {
    return this.#database
      .prepare("SELECT * FROM execution WHERE ? IN ('', workflow_id) ORDER BY id DESC LIMIT ? OFFSET ?")
      .all(workflowId ?? "", limit, offset)
      .map((row) => ExecutionRow.parse(row));
  }

  close(): void {
    this.#database.close();
  }

  #holderOf(place: string, except: string): boolean {
    return (
      this.#database.prepare("SELECT 1 FROM workflow WHERE webhook = ? AND id <> ?").get(place, except) !==
      undefined
    );
  }
}

const placeOf = (method: string, path: string): string => `${method} ${path}`;

const parsed = (row: unknown): Workflow | undefined =>
  row === undefined ? undefined : WorkflowRow.parse(row);
