import { randomUUID } from "node:crypto";
import { MongoServerError, type Collection, type Db, type Filter } from "mongodb";
import { hashSecret } from "../credentials.ts";
import type { Principal } from "../principal.ts";

export interface UserDocument {
  readonly user_id: string;
  /** In lower case; unique, like the address. */
  readonly username: string;
  readonly email: string;
  readonly organization: string;
  readonly is_super_user: boolean;
  readonly access_key: string;
  readonly secret_hash: string;
  readonly generation: number;
  readonly status: "active" | "revoked";
  /** Its credentials are the stack's, so nobody changes them here. */
  readonly of_stack: boolean;
  readonly created_at: Date;
  readonly updated_at: Date;
}

/** A user as the API shows one: nothing to log in with but the key's name. */
export type UserView = Omit<UserDocument, "secret_hash" | "generation" | "organization"> & {
  readonly organizations: readonly string[];
};

export type NewUser = Pick<
  UserDocument,
  "username" | "email" | "organization" | "is_super_user" | "access_key" | "secret_hash" | "of_stack"
>;

const usersOf = (db: Db): Collection<UserDocument> => db.collection("auth_users");

export async function prepareUsers(db: Db): Promise<void> {
  await usersOf(db).createIndexes([
    { key: { user_id: 1 }, unique: true },
    { key: { username: 1 }, unique: true },
    { key: { email: 1 }, unique: true },
    { key: { access_key: 1 }, unique: true },
  ]);
}

/** @returns undefined when name or address are taken: of two at a time the index lets one pass */
export async function addUser(db: Db, user: NewUser): Promise<UserDocument | undefined> {
  const now = new Date();
  const made: UserDocument = {
    user_id: randomUUID(),
    ...user,
    generation: 1,
    status: "active",
    created_at: now,
    updated_at: now,
  };
  try {
    // The driver adds an _id of its own to what it is given.
    await usersOf(db).insertOne({ ...made });
    return made;
  } catch (error) {
    if (isDuplicate(error)) return undefined;
    throw error;
  }
}

export const findUser = (
  db: Db,
  by: Partial<Pick<UserDocument, "user_id" | "username" | "email" | "access_key">>,
): Promise<UserDocument | null> => usersOf(db).findOne(by);

/** By name. @param filter everybody without one */
export const listUsers = (db: Db, filter: Filter<UserDocument> = {}): Promise<readonly UserDocument[]> =>
  usersOf(db).find(filter).sort({ username: 1 }).toArray();

/**
 * Changes a user and makes every token of theirs void.
 * @returns undefined when there is no such user
 */
export async function changeUser(
  db: Db,
  user_id: string,
  change: Partial<Omit<UserDocument, "user_id" | "generation" | "created_at" | "updated_at">>,
): Promise<UserDocument | undefined> {
  await usersOf(db).updateOne(
    { user_id },
    { $set: { ...change, updated_at: new Date() }, $inc: { generation: 1 } },
  );
  return (await findUser(db, { user_id })) ?? undefined;
}

/** Keeps the hash of a secret in today's form; the credentials stay what they are, and so do the tokens. */
export async function improveHash(
  db: Db,
  { user_id, secret_hash }: UserDocument,
  secret: string,
): Promise<void> {
  await usersOf(db).updateOne({ user_id, secret_hash }, { $set: { secret_hash: hashSecret(secret) } });
}

export async function deleteUser(db: Db, user_id: string): Promise<void> {
  await usersOf(db).deleteOne({ user_id });
}

/** Makes every user's tokens void. @returns how many users there are */
export async function raiseAllUsers(db: Db): Promise<number> {
  return (await usersOf(db).updateMany({}, { $inc: { generation: 1 } })).matchedCount;
}

export const userPrincipal = (user: UserDocument): Principal => ({
  id: user.user_id,
  kind: "user",
  generation: user.generation,
  active: user.status === "active",
  username: user.username,
  email: user.email,
  is_super_user: user.is_super_user,
  organization: user.organization,
});

export function userView(user: UserDocument): UserView {
  return {
    user_id: user.user_id,
    username: user.username,
    email: user.email,
    organizations: [user.organization],
    is_super_user: user.is_super_user,
    access_key: user.access_key,
    status: user.status,
    of_stack: user.of_stack,
    created_at: user.created_at,
    updated_at: user.updated_at,
  };
}

const DUPLICATE_KEY = 11_000;

export const isDuplicate = (error: unknown): boolean =>
  error instanceof MongoServerError && error.code === DUPLICATE_KEY;
