import type { GatewayRules } from "./gateway-rules.ts";
import { gatewaySecret } from "../../lib/derive-secret.ts";
import { REGISTRY, SECRET_HEADER } from "./gateway-secret.ts";

/**
 * What stands before a service: plugins of Kong's open-source bundle, so that the official Kong
 * and its stand-in check the same way. The groups and credentials themselves are the auth service's.
 */

/**
 * Who may reach a service: members of any of these groups, or anybody, so many times a second from one address. Behind
 * a published port all clients of this machine have one address. So the window is a second: it bounds what they cost
 * together, and who asks too often keeps nobody else out for longer than that.
 */
export type Access =
  { readonly groups: readonly string[] } | { readonly anybody: true; readonly perSecond?: number };

/** Groups of the auth service (consumers' ACL groups in Kong). */
export const USER = "nasiko-user";
export const SUPER_USER = "nasiko-super-user";
const AGENT = "nasiko-agent";

/** Every user who is not locked out. */
const USERS: Access = { groups: [USER, SUPER_USER] };
export const SUPER_USERS: Access = { groups: [SUPER_USER] };
/** And agents, which are told what they may call. */
export const USERS_AND_AGENTS: Access = { groups: [USER, SUPER_USER, AGENT] };
/** Group of those who own an agent or were granted it. */
export const agentGroup = (agent: string): string => `agent:${agent}`;
/** Who owns an agent or was granted it: users and other agents. */
const callersOf = (agent: string): readonly string[] => [agentGroup(agent), SUPER_USER];

export interface GuardPlugin {
  readonly name: string;
  /** Undefined: whatever it has. */
  readonly config: Readonly<Record<string, unknown>> | undefined;
}

/** What decides about the guards of a service of the platform. */
export interface Guarded {
  /** Who may come in mode `enterprise`. @default every user */
  readonly access?: Access;
  /** Whether agents may call it. @default "never": they are somebody else's code, in either mode */
  readonly agents?: "may" | "only";
  /** It is told who calls, and that the gateway says so. */
  readonly tellsCaller?: true;
}

/**
 * Headers in which services behind the gateway could take somebody's word for who calls: the platform's own, those of
 * other plugins of Kong, and those that proxies which ask for logins have made common.
 */
const IDENTITY = [
  "X-Subject-ID",
  "X-Subject-Type",
  "X-Is-Super-User",
  "X-Permissions",
  "X-Valid",
  "X-Consumer-Groups",
  "X-Authenticated-Groups",
  ...["X-Authenticated-Userid", "X-Authenticated-Scope", "X-Credential-Username", "X-Userinfo"],
  ...["Remote-User", "X-Remote-User", "X-Forwarded-User", "X-Forwarded-Email", "X-Forwarded-Groups"],
];
/** The plugin jwt sets these itself, earlier than headers are removed; where it is not, nobody may. */
const CALLER = [
  "X-Consumer-ID",
  "X-Consumer-Custom-ID",
  "X-Consumer-Username",
  "X-Credential-Identifier",
  "X-Anonymous-Consumer",
];

/** What a caller proves its identity with. Whoever receives it can use it anywhere on the platform. */
export const CREDENTIALS = ["Authorization", "Proxy-Authorization", "Cookie"];

/**
 * Kong compares without case; a name with underscores is another one to it, but not to every server behind it (CGI,
 * WSGI and their heirs read both alike), and each "-" may be one.
 */
const spellingsOf = (name: string): readonly string[] =>
  name
    .split("-")
    .reduce<readonly string[]>(
      (starts, part) =>
        starts.length === 0 ? [part] : starts.flatMap((start) => [`${start}-${part}`, `${start}_${part}`]),
      [],
    );
export const inAnySpelling = (names: readonly string[]): readonly string[] => names.flatMap(spellingsOf);

/** The spellings that the plugin jwt does not write: it sets the usual ones itself, and removes what callers sent. */
const inOtherSpellings = (names: readonly string[]): readonly string[] =>
  inAnySpelling(names).filter((name) => !names.includes(name));

/** @param secret proves to the service that the request came through the gateway */
const strip = (headers: readonly string[], secret?: string): GuardPlugin => ({
  name: "request-transformer",
  config: {
    remove: { headers: [...headers, ...spellingsOf(SECRET_HEADER)] },
    ...(secret === undefined ? {} : { add: { headers: [`${SECRET_HEADER}:${secret}`] } }),
  },
});

/** Headers by which an agent's answer would take hold of the gateway's origin, which all agents and pages share. */
const ORIGIN_WIDE = ["Set-Cookie", "Service-Worker-Allowed", "Clear-Site-Data"];
/** A page of an agent gets an origin of its own, where it may run and reach nothing of the platform's. */
const SANDBOX = { "Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff" };

const SANDBOXED: GuardPlugin = {
  name: "response-transformer",
  config: {
    remove: { headers: [...ORIGIN_WIDE, ...Object.keys(SANDBOX)] },
    add: { headers: Object.entries(SANDBOX).map(([name, value]) => `${name}:${value}`) },
  },
};

const JWT: GuardPlugin = {
  name: "jwt",
  config: {
    key_claim_name: "iss",
    claims_to_verify: ["exp", "nbf"],
    // Seconds: the longest lifetime that the auth service gives a token.
    maximum_expiration: 7 * 24 * 3600,
    // A token in an address ends up in logs and in other people's browsers.
    header_names: ["authorization"],
    cookie_names: [],
    uri_param_names: [],
    // Browsers ask first, without a token; the plugin cors answers them.
    run_on_preflight: false,
  },
};

const authenticated = (groups: readonly string[], hidesGroups = true): readonly GuardPlugin[] => [
  JWT,
  { name: "acl", config: { allow: groups, hide_groups_header: hidesGroups } },
];

/** Keeps agents out by their addresses, or everybody else. */
const byAddress = (list: "deny" | "allow", addresses: readonly string[] | undefined): GuardPlugin => ({
  name: "ip-restriction",
  config: addresses && {
    [list]: addresses,
    status: 403,
    message: "Agents do not reach this, or only agents do",
  },
});

/**
 * The plugins that an agent needs before it may have a route, in either mode: an agent is somebody else's code, so
 * nothing that it receives is good for anything elsewhere, and its pages are kept apart from the platform's.
 */
export function guardsOfAgent({ mode, secret }: GatewayRules, agent: string): readonly GuardPlugin[] {
  const proof = secret === undefined ? undefined : gatewaySecret(secret, agent);
  const secrets = inAnySpelling(CREDENTIALS);
  const claims = inAnySpelling(IDENTITY);
  if (mode === "simple") return [strip([...secrets, ...claims, ...inAnySpelling(CALLER)], proof), SANDBOXED];
  return [
    ...authenticated(callersOf(agent)),
    strip([...secrets, ...claims, ...inOtherSpellings(CALLER)], proof),
    SANDBOXED,
  ];
}

/** Answers in place of whatever is behind. */
export const terminate = ({
  status,
  message,
}: {
  readonly status: number;
  readonly message: string;
}): GuardPlugin => ({
  name: "request-termination",
  config: { status_code: status, message },
});

/** The plugins that a service of the platform needs before it may have a route. */
export function guardsOf(rules: GatewayRules, guarded: Guarded): readonly GuardPlugin[] {
  const { access = USERS, agents, tellsCaller } = guarded;
  const proof =
    tellsCaller === true && rules.secret !== undefined ? gatewaySecret(rules.secret, REGISTRY) : undefined;
  const apart =
    agents === "may" ? [] : [byAddress(agents === "only" ? "allow" : "deny", rules.agentAddresses)];
  if (rules.mode === "simple")
    return tellsCaller === true ? [...apart, strip(inAnySpelling([...IDENTITY, ...CALLER]), proof)] : apart;
  if ("groups" in access) {
    const claims = tellsCaller === true ? inOtherSpellings(["X-Consumer-Groups"]) : ["X-Consumer-Groups"];
    const others = inAnySpelling(IDENTITY).filter((name) => name !== "X-Consumer-Groups");
    return [
      ...authenticated(access.groups, tellsCaller !== true),
      ...apart,
      strip([...claims, ...others, ...inOtherSpellings(CALLER)], proof),
    ];
  }
  const { perSecond } = access;
  const limit: readonly GuardPlugin[] =
    perSecond === undefined
      ? []
      : [{ name: "rate-limiting", config: { second: perSecond, limit_by: "ip", policy: "local" } }];
  return [...limit, ...apart, strip(inAnySpelling([...IDENTITY, ...CALLER]), proof)];
}
