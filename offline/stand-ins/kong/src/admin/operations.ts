import type {
  Checked,
  Collection,
  CollectionName,
  Collections,
  Entity,
  Input,
} from "../entities/collection.ts";
import { isObject } from "../../../../../services/lib/json.ts";
import type { Statements } from "../store/database.ts";
import {
  deleteEntity,
  findEntity,
  keyFieldOf,
  insertEntity,
  listEntities,
  StoreConflict,
  updateEntity,
  type Parent,
  type Wanted,
} from "../store/entities.ts";
import type { Store } from "../store/store.ts";
import { draftChange, draftNew, draftReplacement, type Stamp } from "./draft.ts";
import type { PageRequest } from "../store/page-request.ts";
import {
  invalidReference,
  notFound,
  notFoundByKey,
  primaryKeyViolation,
  schemaViolation,
  stillReferenced,
  uniqueViolation,
  unresolvedReference,
  type AdminProblem,
} from "./problem.ts";

/** The body of a request; texts of forms are turned into values once the kind of entity is known. */
export interface Given {
  readonly input: Input;
  readonly isForm: boolean;
}

export type AnyCollection = Collection<Entity>;

/** Reading and changing the entities of one collection, with Kong's rules. All throw AdminProblem. */
export interface Operations {
  readonly list: (page: PageRequest, parent?: Parent) => Promise<readonly Entity[]>;
  readonly find: (key: string, parent?: Parent) => Promise<Entity | undefined>;
  readonly create: (given: Given) => Promise<Entity>;
  readonly update: (key: string, given: Given) => Promise<Entity>;
  readonly upsert: (key: string, given: Given, parent?: Parent) => Promise<Entity>;
  readonly remove: (key: string) => Promise<void>;
}

/** What a key says about an entity. @throws AdminProblem where only an id could name one */
function keyOf(collection: AnyCollection, wanted: Wanted): Readonly<Record<string, string>> {
  const field = keyFieldOf(collection, wanted);
  if (field === undefined) throw notFound();
  return { [field]: wanted.key };
}

function fromForm(collection: AnyCollection, given: Given, known: Input): Input {
  const expanded = collection.expand(given.input);
  if (!given.isForm) return expanded;
  // The kind of a plugin decides how its configuration is read, and a PATCH need not repeat it.
  const read = collection.fromForm({ ...known, ...expanded });
  if (!isObject(read)) return expanded;
  return Object.fromEntries(Object.entries(read).filter(([name]) => Object.hasOwn(expanded, name)));
}

/** Replaces references by name by references by id. */
async function resolveReferences(
  statements: Statements,
  collections: Collections,
  collection: AnyCollection,
  input: Input,
): Promise<Input> {
  const resolved = new Map(Object.entries(input));
  for (const { field, collection: parentName } of collection.references) {
    const given = input[field];
    const { keyField } = collections[parentName];
    if (!isObject(given) || given["id"] !== undefined || keyField === undefined) continue;
    const key = given[keyField];
    if (typeof key !== "string") continue;
    const parent = await findEntity<Entity>(statements, collections[parentName], { key }, "no lock");
    if (parent === undefined) throw unresolvedReference(field, keyField, key, parentName);
    resolved.set(field, { id: parent.id });
  }
  return Object.fromEntries(resolved);
}

function explain(error: unknown, collection: AnyCollection, checked: Checked<Entity>): unknown {
  if (!(error instanceof StoreConflict)) return error;
  const { conflict } = error;
  switch (conflict.kind) {
    case "id taken":
      return primaryKeyViolation(checked.entity.id);
    case "not unique":
      return uniqueViolation(checked.uniqueFields(conflict.column));
    case "no such reference": {
      const reference = collection.references.find(({ field }) => field === conflict.field);
      return invalidReference(
        conflict.field,
        reference?.collection ?? collection.name,
        checked.columns[conflict.field] ?? "",
      );
    }
    case "still referenced":
      return stillReferenced(collection.name, conflict.by);
  }
}

export function createOperations(
  store: Store,
  collections: Collections,
  name: CollectionName,
  makeStamp: () => Stamp,
): Operations {
  const collection: AnyCollection = collections[name];
  const check = (draft: Input): Checked<Entity> => {
    const parsed = collection.check(draft);
    if (!parsed.ok) throw schemaViolation(parsed.issue);
    return parsed.value;
  };
  const save = async (
    statements: Statements,
    checked: Checked<Entity>,
    how: typeof insertEntity | typeof updateEntity,
  ): Promise<Entity> => {
    try {
      await how(statements, collection, checked);
      return checked.entity;
    } catch (error) {
      throw explain(error, collection, checked);
    }
  };
  const prepare = (statements: Statements, given: Given, known: Input): Promise<Input> =>
    resolveReferences(statements, collections, collection, fromForm(collection, given, known));
  const lockedOrProblem = async (statements: Statements, key: string): Promise<Entity | AdminProblem> =>
    (await findEntity(statements, collection, { key }, "lock")) ?? notFoundByKey(keyOf(collection, { key }));
  const filledIn = collection.fillIn ?? ((input: Input): Input => input);

  return {
    list: (page, parent) => store.read((statements) => listEntities(statements, collection, page, parent)),
    find: (key, parent) =>
      store.read((statements) => findEntity(statements, collection, { key, parent }, "no lock")),
    create: (given) =>
      store.write(async (statements) => {
        const input = await prepare(statements, given, {});
        return save(statements, check(filledIn(draftNew(input, makeStamp()))), insertEntity);
      }),
    update: (key, given) =>
      store.write(async (statements) => {
        const current = await lockedOrProblem(statements, key);
        if (current instanceof Error) throw current;
        const input = await prepare(statements, given, { ...current });
        return save(statements, check(draftChange(current, input, makeStamp().now)), updateEntity);
      }),
    upsert: (key, given, parent) =>
      store.write(async (statements) => {
        const wanted = { key, parent };
        const current = await findEntity(statements, collection, wanted, "lock");
        const input = await prepare(statements, given, {});
        const draft = draftReplacement(current, input, keyOf(collection, wanted), makeStamp());
        const checked = check(filledIn(draft));
        return save(statements, checked, current === undefined ? insertEntity : updateEntity);
      }),
    remove: (key) =>
      store.write(async (statements) => {
        try {
          await deleteEntity(statements, collection, key);
        } catch (error) {
          if (!(error instanceof StoreConflict) || error.conflict.kind !== "still referenced") throw error;
          throw stillReferenced(collection.name, error.conflict.by);
        }
      }),
  };
}
