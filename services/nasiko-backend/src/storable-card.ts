import { isObject, type JsonObject } from "../../lib/json.ts";

/** Names that MongoDB takes for its own, or not at all. */
const isStorableName = (name: string): boolean => !name.startsWith("$") && !/[.\0]/.test(name);

/** A card without the fields that a database cannot hold: an agent is not left out for a name that means nothing. */
export function storableCard(card: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(card)
      .filter(([name]) => isStorableName(name))
      .map(([name, value]) => [name, storable(value)]),
  );
}

function storable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(storable);
  return isObject(value) ? storableCard(value) : value;
}
