import { pluginField, type Plugin } from "../../../../../offline/stand-ins/kong/src/entities/plugin.ts";
import type { PluginKinds } from "../../../../../offline/stand-ins/kong/src/plugins/kinds.ts";
import { route, type Route } from "../../../../../offline/stand-ins/kong/src/entities/route.ts";
import { service, type Service } from "../../../../../offline/stand-ins/kong/src/entities/service.ts";
import { acl, type Acl } from "../../../../../offline/stand-ins/kong/src/entities/acl.ts";
import { consumer, type Consumer } from "../../../../../offline/stand-ins/kong/src/entities/consumer.ts";
import {
  fillIn,
  jwtSecret,
  type JwtSecret,
} from "../../../../../offline/stand-ins/kong/src/entities/jwt-secret.ts";
import type { Entities } from "../../../../../offline/stand-ins/kong/src/entities/entities.ts";
import type { Field } from "../../../../../offline/stand-ins/kong/src/schema/field.ts";

function parsed<T>(field: Field<T>, input: unknown): T {
  const result = field.parse(input);
  if (!result.ok) throw new Error(JSON.stringify(result.issue));
  return result.value;
}

/** A UUID with that number at its end. */
export const idOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

let next = 1;
const identity = (): { readonly id: string; readonly created_at: number; readonly updated_at: number } => {
  next += 1;
  return { id: idOf(next), created_at: next, updated_at: next };
};

export const exampleService = (fields: Readonly<Record<string, unknown>> = {}): Service =>
  parsed(service, { ...identity(), host: "upstream", ...fields });

export const exampleRoute = (fields: Readonly<Record<string, unknown>>): Route =>
  parsed(route, { ...identity(), ...fields });

/** A stored plugin of a kind; the configuration is filled in as the Admin API would. */
export function examplePlugin(kinds: PluginKinds, fields: Readonly<Record<string, unknown>>): Plugin {
  return parsed(pluginField(kinds), { ...identity(), ...fields });
}

export const exampleConsumer = (fields: Readonly<Record<string, unknown>>): Consumer =>
  parsed(consumer, { ...identity(), ...fields });

export const exampleJwtSecret = (fields: Readonly<Record<string, unknown>>): JwtSecret =>
  parsed(jwtSecret, fillIn({ ...identity(), ...fields }));

export const exampleAcl = (owner: Consumer, group: string): Acl =>
  parsed(acl, { ...identity(), consumer: { id: owner.id }, group });

/** All that is stored; what is not named is empty. */
export const stored = (some: Partial<Entities>): Entities => ({
  services: [],
  routes: [],
  plugins: [],
  consumers: [],
  jwtSecrets: [],
  acls: [],
  ...some,
});
