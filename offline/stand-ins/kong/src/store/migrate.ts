import type { Database, Statements } from "./database.ts";
import {
  META_TABLE,
  MIGRATIONS,
  planMigrations,
  type MigrationCommand,
  type SchemaRecord,
} from "./migrations.ts";

/** Any number will do, as long as all of us take the same one. */
const MUTEX = 7_394_210;

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];

/** What the database says about its schema. @throws Error when it is the database of a real Kong */
export async function readSchema(statements: Statements): Promise<SchemaRecord> {
  const [found] = await statements.query(
    "SELECT to_regclass($1) AS ours, to_regclass('schema_meta') AS kongs",
    [META_TABLE],
  );
  if (found?.["kongs"] !== null && found?.["kongs"] !== undefined)
    throw new Error("this database belongs to a real Kong Gateway; the stand-in does not touch it");
  if (found?.["ours"] === null || found?.["ours"] === undefined) return undefined;
  const [row] = await statements.query(`SELECT executed, pending FROM ${META_TABLE}`);
  return { executed: texts(row?.["executed"]), pending: texts(row?.["pending"]) };
}

/**
 * Runs `kong migrations …`. All of it is one transaction under a lock, so that two at once, or a lost connection,
 * leave the schema whole.
 * @returns what to say
 * @throws Error with the reason when the command may not run in this state
 */
export async function migrate(database: Database, command: MigrationCommand): Promise<string> {
  return database.transaction("write", async (statements) => {
    await statements.query("SELECT pg_advisory_xact_lock($1)", [MUTEX]);
    const plan = planMigrations(command, await readSchema(statements), MIGRATIONS);
    if (!plan.ok) throw new Error(plan.refusal);
    for (const statement of plan.statements) await statements.query(statement);
    if (plan.statements.length > 0)
      await statements.query(`UPDATE ${META_TABLE} SET executed = $1, pending = $2`, [
        plan.executed,
        plan.pending,
      ]);
    return plan.message;
  });
}
