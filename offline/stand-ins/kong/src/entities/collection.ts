import type { Field } from "../schema/field.ts";
import { valid, type Parsed } from "../schema/parsed.ts";
import { acl, aclPlace, type Acl } from "./acl.ts";
import { consumer, type Consumer } from "./consumer.ts";
import { fillIn, jwtSecret, type JwtSecret } from "./jwt-secret.ts";
import { pluginField, pluginPlace, type Plugin, type PluginForms } from "./plugin.ts";
import { route, type Route } from "./route.ts";
import { expandUrl, service, type Service } from "./service.ts";

export type CollectionName = "services" | "routes" | "plugins" | "consumers" | "jwt_secrets" | "acls";
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
  /** Its paths in the Admin API: by itself and below a parent. @default the name */
  readonly paths?: { readonly own: string; readonly nested: string };
  /** The field by which an entity is found besides its id; undefined when there is none. */
  readonly keyField: "name" | "instance_name" | "username" | "key" | undefined;
  /** The same below its parent, where the field need be unique only there. @default keyField */
  readonly nestedKeyField?: "group";
  readonly references: readonly ReferenceField[];
  readonly check: (input: unknown) => Parsed<Checked<E>>;
  readonly fromForm: (input: Input) => unknown;
  /** Spells out short forms before anything else looks at the input. */
  readonly expand: (input: Input) => Input;
  /** Gives a new entity what nobody gave it. @default as it is */
  readonly fillIn?: (input: Input) => Input;
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
  readonly consumers: Collection<Consumer>;
  readonly jwt_secrets: Collection<JwtSecret>;
  readonly acls: Collection<Acl>;
}

/** All collections; a new kind of entity is one more entry, one table, one field. */
export const collections = (kinds: PluginForms): Collections => ({
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
  consumers: defineCollection({
    name: "consumers",
    table: "standin_consumers",
    keyField: "username",
    references: [],
    field: consumer,
    expand: (input) => input,
    columns: ({ username, custom_id }) => ({ username, custom_id }),
    uniqueFields: ({ username, custom_id }, column) => (column === "username" ? { username } : { custom_id }),
  }),
  jwt_secrets: defineCollection({
    name: "jwt_secrets",
    table: "standin_jwt_secrets",
    paths: { own: "jwts", nested: "jwt" },
    keyField: "key",
    references: [{ field: "consumer", collection: "consumers" }],
    field: jwtSecret,
    expand: (input) => input,
    fillIn,
    columns: ({ key, consumer: owner }) => ({ key, consumer: owner.id }),
    uniqueFields: ({ key }) => ({ key }),
  }),
  acls: defineCollection({
    name: "acls",
    table: "standin_acls",
    keyField: undefined,
    nestedKeyField: "group",
    references: [{ field: "consumer", collection: "consumers" }],
    field: acl,
    expand: (input) => input,
    columns: (membership) => ({
      group: membership.group,
      place: aclPlace(membership),
      consumer: membership.consumer.id,
    }),
    uniqueFields: ({ consumer: owner, group }) => ({ consumer: owner, group }),
  }),
});
