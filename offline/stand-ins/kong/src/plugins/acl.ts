import { boolean, list, optional, record, string, withDefault } from "../schema/field.ts";
import type { Identity } from "../entities/identities.ts";
import { definePlugin, type AnyPluginKind } from "./plugin.ts";

/** A switch of Kong's for features that are not here: only "off" is true. */
const off = (name: string): ReturnType<typeof withDefault<boolean>> => {
  const field = withDefault(boolean(), false);
  return {
    ...field,
    parse: (input) =>
      input === true
        ? { ok: false, issue: `'${name}' is not supported by this stand-in for Kong` }
        : field.parse(input),
  };
};

const config = record(
  {
    allow: optional(list(string())),
    deny: optional(list(string())),
    /** Keeps from the upstream server which groups the caller is in. */
    hide_groups_header: withDefault(boolean(), false),
    include_consumer_groups: off("include_consumer_groups"),
    always_use_authenticated_groups: off("always_use_authenticated_groups"),
  },
  ({ allow, deny }) => {
    const given = [allow, deny].filter((groups) => groups !== null && groups.length > 0).length;
    if (given === 1) return undefined;
    const which = given === 0 ? "at least" : "only";
    return { "@entity": { 1: `${which} one of these fields must be non-empty: 'allow', 'deny'` } };
  },
);

const isIn = ({ groups }: Identity, wanted: readonly string[] | null): boolean =>
  wanted?.some((group) => groups.includes(group)) === true;

/** Lets in only who is in one of the groups, or only who is in none. Who is unknown stays outside. */
export const acl: AnyPluginKind = definePlugin({
  name: "acl",
  priority: 950,
  config,
  access: ({ allow, deny, hide_groups_header: hidden }, { identity, upstreamHeaders }) => {
    if (identity === undefined) return { answer: { status: 401, error: "Unauthorized" } };
    const mayPass = allow !== null && allow.length > 0 ? isIn(identity, allow) : !isIn(identity, deny);
    if (!mayPass) return { answer: { status: 403, error: "You cannot consume this service" } };
    if (!hidden && identity.groups.length > 0)
      upstreamHeaders.set("X-Consumer-Groups", identity.groups.join(", "));
    return undefined;
  },
});
