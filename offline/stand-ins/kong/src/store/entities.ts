import type { Checked, Collection, Entity } from "../entities/collection.ts";
import type { PageRequest } from "./page-request.ts";
import { isUuid } from "../schema/rules.ts";
import type { Row, Statements } from "./database.ts";

/** Why the database refused a change; anything else that goes wrong stays the error that it is. */
export class StoreConflict extends Error {
  override readonly name = "StoreConflict";
  readonly conflict: Conflict;

  constructor(conflict: Conflict) {
    super(conflict.kind);
    this.conflict = conflict;
  }
}

export type Conflict =
  | { readonly kind: "id taken" }
  /** @property column the unique column */
  | { readonly kind: "not unique"; readonly column: string }
  /** @property field the reference that leads nowhere */
  | { readonly kind: "no such reference"; readonly field: string }
  /** @property by name of the collection that still points here */
  | { readonly kind: "still referenced"; readonly by: string };

function textOf(error: unknown, name: string): string {
  if (typeof error !== "object" || error === null) return "";
  const value: unknown = Reflect.get(error, name);
  return typeof value === "string" ? value : "";
}

/** Constraints are named `<table>_<column>_unique` and `<table>_<field>_reference` (migrations.ts). */
function conflictOf(error: unknown, table: string, isDelete: boolean): Conflict | undefined {
  const code = textOf(error, "code");
  const constraint = textOf(error, "constraint");
  if (code === "23505") {
    const column = constraint.slice(table.length + 1).replace(/_unique$/, "");
    return constraint.endsWith("_pkey") ? { kind: "id taken" } : { kind: "not unique", column };
  }
  if (code !== "23503") return undefined;
  if (isDelete) return { kind: "still referenced", by: textOf(error, "table").replace(/^standin_/, "") };
  return { kind: "no such reference", field: constraint.slice(table.length + 1).replace(/_reference$/, "") };
}

async function guarded<T>(table: string, isDelete: boolean, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const conflict = conflictOf(error, table, isDelete);
    throw conflict === undefined ? error : new StoreConflict(conflict);
  }
}

/** Reads a stored entity through its checks: what they let pass has the type, whoever wrote it. */
function entityOf<E extends Entity>(collection: Collection<E>, row: Row): E {
  const parsed = collection.check(row["entity"]);
  if (parsed.ok) return parsed.value.entity;
  throw new Error(`stored ${collection.name} entity is not usable: ${JSON.stringify(parsed.issue)}`);
}

/** Which entity is meant: one of a parent's, where one is named. */
export interface Wanted {
  readonly key: string;
  readonly parent?: Parent | undefined;
}
/** A reference that all wanted entities share. */
export interface Parent {
  readonly field: string;
  readonly id: string;
}

type Keys = Pick<Collection<Entity>, "keyField" | "nestedKeyField">;

/** The field that a key stands for; undefined when it can be an id only, and is none. */
export function keyFieldOf({ keyField, nestedKeyField }: Keys, { key, parent }: Wanted): string | undefined {
  if (isUuid(key)) return "id";
  return parent === undefined ? keyField : (nestedKeyField ?? keyField);
}

/** Fields are also names of columns (migrations.ts); they come from our own lists, never from clients. */
function conditionOf(
  collection: Keys,
  wanted: Wanted,
): { readonly text: string; readonly values: readonly string[] } | undefined {
  const field = keyFieldOf(collection, wanted);
  if (field === undefined) return undefined;
  const { key, parent } = wanted;
  return parent === undefined
    ? { text: `"${field}" = $1`, values: [key] }
    : { text: `"${field}" = $1 AND "${parent.field}" = $2`, values: [key, parent.id] };
}

/** Finds an entity by id or by its key field, and keeps others from changing it until the transaction ends. */
export async function findEntity<E extends Entity>(
  statements: Statements,
  collection: Collection<E>,
  wanted: Wanted,
  lock: "lock" | "no lock",
): Promise<E | undefined> {
  const condition = conditionOf(collection, wanted);
  if (condition === undefined) return undefined;
  const suffix = lock === "lock" ? " FOR UPDATE" : "";
  const text = `SELECT entity FROM ${collection.table} WHERE ${condition.text}${suffix}`;
  const [row] = await statements.query(text, condition.values);
  return row === undefined ? undefined : entityOf(collection, row);
}

/** One page, ordered by id, and one entity more if there is a next page. */
export async function listEntities<E extends Entity>(
  statements: Statements,
  collection: Collection<E>,
  page: PageRequest,
  parent?: Parent,
): Promise<readonly E[]> {
  const values: unknown[] = [page.size + 1];
  const conditions = ["true"];
  const add = (condition: string, value: unknown): void => {
    values.push(value);
    conditions.push(`${condition} $${values.length}`);
  };
  if (page.after !== undefined) add("id >", page.after);
  if (page.tags !== undefined) add(page.tags.mode === "all" ? "tags @>" : "tags &&", page.tags.tags);
  if (parent !== undefined) add(`${parent.field} =`, parent.id);
  const rows = await statements.query(
    `SELECT entity FROM ${collection.table} WHERE ${conditions.join(" AND ")} ORDER BY id LIMIT $1`,
    values,
  );
  return rows.map((row) => entityOf(collection, row));
}

export async function allEntities<E extends Entity>(
  statements: Statements,
  collection: Collection<E>,
): Promise<readonly E[]> {
  const rows = await statements.query(`SELECT entity FROM ${collection.table} ORDER BY id`);
  return rows.map((row) => entityOf(collection, row));
}

/** @throws StoreConflict */
export async function insertEntity(
  statements: Statements,
  collection: Pick<Collection<Entity>, "table">,
  checked: Checked<Entity>,
): Promise<void> {
  const { entity } = checked;
  const columns = Object.entries(checked.columns);
  const names = ["id", "tags", "entity", ...columns.map(([name]) => name)];
  const values = [entity.id, entity.tags, JSON.stringify(entity), ...columns.map(([, value]) => value)];
  const places = values.map((_, index) => `$${index + 1}`);
  const quoted = names.map((name) => `"${name}"`);
  const text = `INSERT INTO ${collection.table} (${quoted.join(", ")}) VALUES (${places.join(", ")})`;
  await guarded(collection.table, false, statements.query(text, values));
}

/** @throws StoreConflict */
export async function updateEntity(
  statements: Statements,
  collection: Pick<Collection<Entity>, "table">,
  checked: Checked<Entity>,
): Promise<void> {
  const { entity } = checked;
  const columns = Object.entries(checked.columns);
  const names = ["tags", "entity", ...columns.map(([name]) => name)];
  const values = [entity.id, entity.tags, JSON.stringify(entity), ...columns.map(([, value]) => value)];
  const changes = names.map((name, index) => `"${name}" = $${index + 2}`);
  const text = `UPDATE ${collection.table} SET ${changes.join(", ")} WHERE id = $1`;
  await guarded(collection.table, false, statements.query(text, values));
}

/** Deleting what does not exist is no error. @throws StoreConflict when others still point to it */
export async function deleteEntity(
  statements: Statements,
  collection: Pick<Collection<Entity>, "table" | "keyField">,
  key: string,
): Promise<void> {
  const condition = conditionOf(collection, { key });
  if (condition === undefined) return;
  const text = `DELETE FROM ${collection.table} WHERE ${condition.text}`;
  await guarded(collection.table, true, statements.query(text, condition.values));
}
