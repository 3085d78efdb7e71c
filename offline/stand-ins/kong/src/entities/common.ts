import { integer, list, optional, record, string, type Field } from "../schema/field.ts";
import { entityName, tag, uuid } from "../schema/rules.ts";

/** A pointer to another entity, by id. */
export interface Reference {
  readonly id: string;
}

/** Fields that every entity has; `id` and the times are filled in before an entity is checked. */
export const identity = {
  id: string(uuid),
  /** Unix time in seconds. */
  created_at: integer(),
  /** Unix time in seconds. */
  updated_at: integer(),
  tags: optional(list(string(tag), "set")),
};

export const name = optional(string(entityName));

/** A reference as it is stored: names have been replaced by ids before (admin/references.ts). */
export const reference: Field<Reference> = record({ id: string(uuid) });
