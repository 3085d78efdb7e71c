import type { Collections } from "../entities/collection.ts";
import type { Entities } from "../entities/entities.ts";
import type { Database, Statements } from "./database.ts";
import { allEntities } from "./entities.ts";
import { META_TABLE } from "./migrations.ts";

/** Everything that is stored, and which change it includes. */
export interface StoredState {
  readonly entities: Entities;
  /** Counts changes; two equal ones mean equal entities. */
  readonly revision: string;
}

export interface Store {
  /** Reads outside of any change. */
  readonly read: <T>(work: (statements: Statements) => Promise<T>) => Promise<T>;
  /** Makes a change, one after the other, and counts it. */
  readonly write: <T>(work: (statements: Statements) => Promise<T>) => Promise<T>;
  readonly load: () => Promise<StoredState>;
  readonly revision: () => Promise<string>;
}

async function revisionOf(statements: Statements): Promise<string> {
  const [row] = await statements.query(`SELECT revision::text FROM ${META_TABLE}`);
  const revision = row?.["revision"];
  if (typeof revision !== "string") throw new Error(`${META_TABLE} is empty`);
  return revision;
}

export const createStore = (database: Database, collections: Collections): Store => ({
  read: (work) => database.transaction("read", work),
  write: (work) =>
    database.transaction("write", async (statements) => {
      // Counting first locks the row: changes of this and of other nodes wait for one another.
      await statements.query(`UPDATE ${META_TABLE} SET revision = revision + 1`);
      return work(statements);
    }),
  load: () =>
    database.transaction("read", async (statements) => ({
      revision: await revisionOf(statements),
      entities: {
        services: await allEntities(statements, collections.services),
        routes: await allEntities(statements, collections.routes),
        plugins: await allEntities(statements, collections.plugins),
        consumers: await allEntities(statements, collections.consumers),
        jwtSecrets: await allEntities(statements, collections.jwt_secrets),
        acls: await allEntities(statements, collections.acls),
      },
    })),
  revision: () => revisionOf(database),
});
