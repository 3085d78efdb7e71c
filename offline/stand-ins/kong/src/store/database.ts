import pg from "pg";
import type { DatabaseConfig } from "../config/config.ts";

/** Statements of one transaction, or of none. */
export interface Statements {
  readonly query: (text: string, values?: readonly unknown[]) => Promise<readonly Row[]>;
}
export type Row = Readonly<Record<string, unknown>>;

/** A pool of connections that mends itself: every use gets a working connection or an error in time. */
export interface Database extends Statements {
  /** Runs the work in one transaction; an error takes all of it back. */
  readonly transaction: <T>(
    mode: "read" | "write",
    work: (statements: Statements) => Promise<T>,
  ) => Promise<T>;
  readonly close: () => Promise<void>;
}

const statementsOf = (client: pg.Pool | pg.PoolClient): Statements => ({
  query: async (text, values) => {
    // pg knows rows as `any`; here they are what nobody has looked at yet.
    const result: { readonly rows: readonly Row[] } = await client.query<Row>(text, values && [...values]);
    return result.rows;
  },
});

const BEGIN = {
  read: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
  write: "BEGIN",
} as const;

/** @param onLost is told when a resting connection breaks; the next use opens a new one */
export function openDatabase(config: DatabaseConfig, onLost: (error: Error) => void): Database {
  const { host, port, database, user, password, timeout } = config;
  const pool = new pg.Pool({
    host,
    port,
    database,
    user,
    password,
    max: 4,
    connectionTimeoutMillis: timeout,
    query_timeout: timeout,
    keepAlive: true,
    application_name: "kong",
  });
  pool.on("error", onLost);
  return {
    ...statementsOf(pool),
    transaction: async (mode, work) => {
      const client = await pool.connect();
      // A connection that breaks between two statements says so here; the next statement fails and is reported.
      client.on("error", onLost);
      let broken: Error | undefined;
      try {
        const statements = statementsOf(client);
        await statements.query(BEGIN[mode]);
        const result = await work(statements);
        await statements.query("COMMIT");
        return result;
      } catch (error) {
        // A connection on which not even ROLLBACK works is thrown away instead of going back to the pool.
        await client.query("ROLLBACK").catch((failure: unknown) => {
          broken = failure instanceof Error ? failure : new Error(String(failure));
        });
        throw error;
      } finally {
        client.off("error", onLost);
        client.release(broken);
      }
    },
    close: () => pool.end(),
  };
}
