import { randomUUID } from "node:crypto";
import type { Config } from "../config/config.ts";
import { collections, type CollectionName } from "../entities/collection.ts";
import { requirePlugins } from "../plugins/required.ts";
import { isObject, parseJson } from "../../../../../services/lib/json.ts";
import { openDatabase } from "../store/database.ts";
import { createStore } from "../store/store.ts";
import { createOperations } from "./operations.ts";

/** In this order nothing refers to what is not there yet. */
const ORDER: readonly CollectionName[] = [
  "services",
  "routes",
  "plugins",
  "consumers",
  "jwt_secrets",
  "acls",
];

/**
 * Enters the entities of a declarative file, each in place of the one that has its id: `kong config db_import`.
 * @param text JSON; of Kong's YAML files that is the part that is read here
 * @throws Error when it is no such file, or one of its entities is refused; those before it are entered
 */
export async function importEntities(config: Config, text: string): Promise<void> {
  const file = parseJson(text);
  if (!isObject(file) || file["_format_version"] !== "3.0")
    throw new Error('Failed parsing:\n_format_version must be "3.0"');
  const all = collections(requirePlugins(config));
  const unknown = Object.keys(file).find((key) => !key.startsWith("_") && !Object.hasOwn(all, key));
  if (unknown !== undefined) throw new Error(`Failed parsing:\nunknown field: ${unknown}`);
  const database = openDatabase(config.database, () => undefined);
  const stamp = (): { readonly id: string; readonly now: number } => ({
    id: randomUUID(),
    now: Math.floor(Date.now() / 1000),
  });
  try {
    const store = createStore(database, all);
    for (const name of ORDER) {
      const { upsert } = createOperations(store, all, name, stamp);
      for (const entity of entitiesOf(file[name])) {
        const id = entity["id"];
        if (typeof id !== "string") throw new Error(`Failed importing:\n${name}: only entities with an id`);
        await upsert(id, { input: entity, isForm: false });
      }
    }
  } finally {
    await database.close();
  }
}

const entitiesOf = (list: unknown): readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(list) ? list.filter(isObject) : [];
