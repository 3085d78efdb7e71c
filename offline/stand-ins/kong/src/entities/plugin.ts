import {
  boolean,
  list,
  optional,
  record,
  string,
  withDefault,
  type Field,
  type ValueOf,
} from "../schema/field.ts";
import { isObject } from "../../../../../services/lib/json.ts";
import { invalid, type Parsed } from "../schema/parsed.ts";
import { entityName, oneOf } from "../schema/rules.ts";
import { identity, reference } from "./common.ts";

/** Kong's names for what an HTTP plugin may run on; only http and https reach this stand-in. */
const PROTOCOLS = ["grpc", "grpcs", "http", "https", "ws", "wss"] as const;
const DEFAULT_PROTOCOLS = ["grpc", "grpcs", "http", "https"] as const;

const plugin = <C>(config: Field<C>): Field<Plugin & { readonly config: C }> =>
  record({
    ...identity,
    name: string(),
    instance_name: optional(string(entityName)),
    route: optional(reference),
    service: optional(reference),
    consumer: noConsumer,
    config,
    protocols: withDefault(list(string(oneOf(...PROTOCOLS)), "set"), DEFAULT_PROTOCOLS),
    enabled: withDefault(boolean(), true),
  });

const noConsumer: Field<null> = {
  parse: (input) =>
    input === undefined || input === null
      ? { ok: true, value: null }
      : invalid("'consumer' is not supported by this stand-in for Kong"),
  fromForm: (input) => input,
};

/** A plugin, set on everything, a service, a route, or a route of one service. */
export interface Plugin {
  readonly id: string;
  readonly name: string;
  readonly instance_name: string | null;
  readonly created_at: number;
  readonly updated_at: number;
  readonly tags: readonly string[] | null;
  readonly route: ValueOf<typeof reference> | null;
  readonly service: ValueOf<typeof reference> | null;
  readonly consumer: null;
  readonly config: unknown;
  readonly protocols: readonly string[];
  readonly enabled: boolean;
}

/** What is stored needs to know of the kinds of plugins: the form of their configuration, by name. */
export type PluginForms = ReadonlyMap<string, { readonly config: Field<unknown> }>;

/** A plugin of any kind that is enabled; the configuration is checked by its kind. */
export function pluginField(kinds: PluginForms): Field<Plugin> {
  const kindOf = (input: unknown): Field<unknown> | undefined =>
    isObject(input) && typeof input["name"] === "string" ? kinds.get(input["name"])?.config : undefined;
  return {
    parse: (input): Parsed<Plugin> => {
      const name = isObject(input) ? input["name"] : undefined;
      if (name === undefined || name === null) return invalid({ name: "required field missing" });
      if (typeof name !== "string") return invalid({ name: "expected a string" });
      const config = kindOf(input);
      if (config === undefined)
        return invalid({
          name: `plugin '${name}' not enabled; add it to the 'plugins' configuration property`,
        });
      return plugin(config).parse(input);
    },
    fromForm: (input) => {
      const config = kindOf(input);
      return config === undefined ? input : plugin(config).fromForm(input);
    },
  };
}

/** What may exist only once: one plugin of a kind per place. */
export const pluginPlace = (value: Plugin): string =>
  `plugins:${value.name}:${value.route?.id ?? ""}:${value.service?.id ?? ""}:`;
