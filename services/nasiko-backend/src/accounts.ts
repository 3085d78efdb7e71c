import { MongoServerError, type Db, type Document } from "mongodb";

/** A user of MongoDB, and all that it may touch. */
export interface MongoAccount {
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly collections: readonly string[];
}

/** What a service does with its own collections. Nobody drops one. */
const ACTIONS = [
  ...["find", "insert", "update", "remove"],
  ...["createCollection", "createIndex", "listIndexes", "collStats"],
];

/** MongoDB's numbers of "already exists": of a role, of a user. */
const ROLE_EXISTS = 51_002;
const USER_EXISTS = 51_003;

/**
 * Makes a user with a role of its own, or brings both back to what they shall be: a password that was changed, and rights
 * that somebody gave besides.
 * @param admin the database of users and roles, as the administrator
 */
export async function ensureAccount(
  admin: Pick<Db, "command">,
  { user, password, database, collections }: MongoAccount,
): Promise<void> {
  const privileges = collections.map((collection) => ({
    resource: { db: database, collection },
    actions: ACTIONS,
  }));
  await createOrUpdate(admin, ROLE_EXISTS, ["createRole", "updateRole"], user, { privileges, roles: [] });
  await createOrUpdate(admin, USER_EXISTS, ["createUser", "updateUser"], user, {
    pwd: password,
    roles: [{ role: user, db: "admin" }],
    mechanisms: ["SCRAM-SHA-256"],
  });
}

async function createOrUpdate(
  admin: Pick<Db, "command">,
  exists: number,
  [create, update]: readonly [string, string],
  name: string,
  fields: Document,
): Promise<void> {
  try {
    await admin.command({ [create]: name, ...fields });
  } catch (error) {
    if (!(error instanceof MongoServerError) || error.code !== exists) throw error;
    await admin.command({ [update]: name, ...fields });
  }
}
