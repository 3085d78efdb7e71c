import { createHmac, hash } from "node:crypto";
import pg from "pg";
import { z } from "zod";
import { Problem } from "../../../../../services/lib/problem.ts";
import type { PostgresSettings } from "../settings.ts";

export interface Project {
  readonly id: string;
  readonly name: string;
}

const ProjectRow = z.object({ id: z.string(), name: z.string() });

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS standin_project (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL UNIQUE,
    api_key_hash bytea NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now())`;

/** How long a statement may take, in milliseconds. */
const PATIENCE = 10_000;

/**
 * Projects in PostgreSQL, one for each agent. A project's API key is made from its name and our secret, so that it
 * can be told again although only its hash is stored.
 */
export class Projects {
  readonly #pool: pg.Pool;
  readonly #secret: string;

  /** @param onLost is told when a resting connection breaks; the next use opens a new one */
  constructor(settings: PostgresSettings, secret: string, onLost: (error: Error) => void) {
    this.#secret = secret;
    this.#pool = new pg.Pool({
      ...settings,
      max: 4,
      connectionTimeoutMillis: PATIENCE,
      query_timeout: PATIENCE,
      keepAlive: true,
      application_name: "langtrace",
    });
    this.#pool.on("error", onLost);
  }

  /** Makes what is not there yet. @throws Problem 503 */
  async prepare(): Promise<void> {
    await this.#query(SCHEMA, []);
  }

  /** The project of this name, made if need be; after a change of the secret it has its new key. @throws Problem 503 */
  async ensure(name: string): Promise<Project> {
    const [project] = await this.#query(
      `INSERT INTO standin_project (name, api_key_hash) VALUES ($1, $2)
       ON CONFLICT (name) DO UPDATE SET api_key_hash = EXCLUDED.api_key_hash RETURNING id, name`,
      [name, hashOf(this.keyOf(name))],
    );
    if (project === undefined) throw new Error("PostgreSQL gave no row for an upsert");
    return project;
  }

  /** @throws Problem 503 */
  async byKey(apiKey: string): Promise<Project | undefined> {
    const [project] = await this.#query("SELECT id, name FROM standin_project WHERE api_key_hash = $1", [
      hashOf(apiKey),
    ]);
    return project;
  }

  /** @throws Problem 503 */
  async list(): Promise<readonly Project[]> {
    return this.#query("SELECT id, name FROM standin_project ORDER BY name LIMIT 1000", []);
  }

  keyOf(name: string): string {
    return createHmac("sha256", this.#secret).update(`langtrace project ${name}`).digest("hex");
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #query(text: string, values: readonly unknown[]): Promise<readonly Project[]> {
    try {
      const { rows } = await this.#pool.query<Record<string, unknown>>(text, [...values]);
      return rows.map((row) => ProjectRow.parse(row));
    } catch (error) {
      throw new Problem(503, "PostgreSQL does not answer", { cause: error });
    }
  }
}

const hashOf = (apiKey: string): Buffer => hash("sha256", apiKey, "buffer");
