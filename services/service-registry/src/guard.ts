/**
 * What stands before a service in mode `enterprise`: plugins of Kong's open-source bundle, so that the official Kong
 * and its stand-in check the same way. The groups and credentials themselves are the auth service's.
 */

export const AUTH_MODES = ["simple", "enterprise"] as const;
export type AuthMode = (typeof AUTH_MODES)[number];

/** Who may reach a service: members of any of these groups, or anybody, so many times a minute. */
export type Access =
  { readonly groups: readonly string[] } | { readonly anybody: true; readonly perMinute?: number };

/** Groups of the auth service (consumers' ACL groups in Kong). */
const USER = "nasiko-user";
const SUPER_USER = "nasiko-super-user";

/** Every user who is not locked out. */
export const USERS: Access = { groups: [USER, SUPER_USER] };
/** Who owns an agent or was granted it: users and other agents. */
export const callersOf = (agent: string): Access => ({ groups: [`agent:${agent}`, SUPER_USER] });

export interface GuardPlugin {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** Headers in which services behind the gateway could take somebody's word for who calls. */
const IDENTITY = [
  "X-Subject-ID",
  "X-Subject-Type",
  "X-Is-Super-User",
  "X-Permissions",
  "X-Valid",
  "X-Consumer-Groups",
  "X-Authenticated-Groups",
];
/** The plugin jwt sets these itself, earlier than headers are removed; where it is not, nobody may. */
const CALLER = [
  "X-Consumer-ID",
  "X-Consumer-Custom-ID",
  "X-Consumer-Username",
  "X-Credential-Identifier",
  "X-Anonymous-Consumer",
];

/** Kong compares without case; underscores are another name to it, but not to every server behind it. */
const inAnySpelling = (names: readonly string[]): readonly string[] =>
  names.flatMap((name) => [name, name.replaceAll("-", "_")]);

const strip = (names: readonly string[]): GuardPlugin => ({
  name: "request-transformer",
  config: { remove: { headers: inAnySpelling(names) } },
});

const JWT: GuardPlugin = {
  name: "jwt",
  config: {
    key_claim_name: "iss",
    claims_to_verify: ["exp"],
    // A token in an address ends up in logs and in other people's browsers.
    header_names: ["authorization"],
    cookie_names: [],
    uri_param_names: [],
    // Browsers ask first, without a token; the plugin cors answers them.
    run_on_preflight: false,
  },
};

/** The plugins that a service needs before it may have a route; none in mode `simple`. */
export function guardsOf(mode: AuthMode, access: Access): readonly GuardPlugin[] {
  if (mode === "simple") return [];
  if ("groups" in access)
    return [
      JWT,
      { name: "acl", config: { allow: access.groups, hide_groups_header: true } },
      strip(IDENTITY),
    ];
  const { perMinute } = access;
  const limit: readonly GuardPlugin[] =
    perMinute === undefined
      ? []
      : [{ name: "rate-limiting", config: { minute: perMinute, limit_by: "ip", policy: "local" } }];
  return [...limit, strip([...IDENTITY, ...CALLER])];
}
