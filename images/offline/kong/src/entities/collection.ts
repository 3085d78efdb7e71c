import type { PluginKinds } from "../plugins/kinds.ts";
import type { Field } from "../schema/field.ts";
import { valid, type Parsed } from "../schema/parsed.ts";
import { pluginField, pluginPlace, type Plugin } from "./plugin.ts";
import { route, type Route } from "./route.ts";
import { expandUrl, service, type Service } from "./service.ts";

export type CollectionName = "services" | "routes" | "plugins";
export type Input = Readonly<Record<string, unknown>>;

/** What all entities have in common. */
export interface Entity {
  readonly id: string;
  readonly created_at: number;
  readonly updated_at: number;
  readonly tags: readonly string[] | null;
}

/** A field that points to an entity of another collection. */
export interface ReferenceField {
  readonly field: string;
  readonly collection: CollectionName;
}

/** An entity that passed its checks, with what the database has to know of it. */
export interface Checked<E extends Entity> {
  readonly entity: E;
  /** Columns besides id, tags and entity. */
  readonly columns: Readonly<Record<string, string | null>>;
  /** Fields that say which entity is in the way, by the unique column that complained. */
  readonly uniqueFields: (column: string) => Readonly<Record<string, unknown>>;
}

/** A kind of entity. */
export interface Collection<E extends Entity> {
  readonly name: CollectionName;
  readonly table: string;
  /** The field by which an entity is found besides its id. */
  readonly keyField: "name" | "instance_name";
  readonly references: readonly ReferenceField[];
  readonly check: (input: unknown) => Parsed<Checked<E>>;
  readonly fromForm: (input: Input) => unknown;
  /** Spells out short forms before anything else looks at the input. */
  readonly expand: (input: Input) => Input;
}

/** What a collection is made from; its functions see the exact type of its entities. */
interface Definition<E extends Entity> extends Omit<Collection<E>, "check" | "fromForm"> {
  readonly field: Field<E>;
  readonly columns: (entity: E) => Checked<E>["columns"];
  readonly uniqueFields: (entity: E, column: string) => Readonly<Record<string, unknown>>;
}

function defineCollection<E extends Entity>(definition: Definition<E>): Collection<E> {
  const { field, columns, uniqueFields, ...others } = definition;
  return {
    ...others,
    fromForm: field.fromForm,
    check: (input) => {
      const parsed = field.parse(input);
      if (!parsed.ok) return parsed;
      const entity = parsed.value;
      return valid({
        entity,
        columns: columns(entity),
        uniqueFields: (column) => uniqueFields(entity, column),
      });
    },
  };
}

export interface Collections {
  readonly services: Collection<Service>;
  readonly routes: Collection<Route>;
  readonly plugins: Collection<Plugin>;
}

/** All collections; a new kind of entity (consumers, credentials) is one more entry, one table, one field. */
export const collections = (kinds: PluginKinds): Collections => ({
  services: defineCollection({
    name: "services",
    table: "standin_services",
    keyField: "name",
    references: [],
    field: service,
    expand: expandUrl,
    columns: ({ name }) => ({ name }),
    uniqueFields: ({ name }) => ({ name }),
  }),
  routes: defineCollection({
    name: "routes",
    table: "standin_routes",
    keyField: "name",
    references: [{ field: "service", collection: "services" }],
    field: route,
    expand: (input) => input,
    columns: ({ name, service: parent }) => ({ name, service: parent?.id ?? null }),
    uniqueFields: ({ name }) => ({ name }),
  }),
  plugins: defineCollection({
    name: "plugins",
    table: "standin_plugins",
    keyField: "instance_name",
    references: [
      { field: "service", collection: "services" },
      { field: "route", collection: "routes" },
    ],
    field: pluginField(kinds),
    expand: (input) => input,
    columns: (plugin) => ({
      instance_name: plugin.instance_name,
      place: pluginPlace(plugin),
      service: plugin.service?.id ?? null,
      route: plugin.route?.id ?? null,
    }),
    uniqueFields: ({ instance_name, name, route: ofRoute, service: ofService }, column) =>
      column === "instance_name"
        ? { instance_name }
        : { consumer: null, name, route: ofRoute, service: ofService },
  }),
});
