import { z } from "zod";

import type { GatewayAnswer, GatewayRequest } from "../../stack/gateway/ask-gateway.ts";
import type { Credentials } from "../../stack/state/superuser.ts";
import {
  accessDenied,
  authUnavailable,
  loginRefused,
  modeIsSimple,
  notLoggedIn,
  requestRefused,
  tooManyAttempts,
} from "./errors.ts";

const User = z.object({
  user_id: z.string(),
  username: z.string(),
  email: z.string(),
  is_super_user: z.boolean(),
  status: z.string(),
  organizations: z.array(z.string()).default([]),
});
export type User = z.output<typeof User>;

const NewCredentials = User.extend({ access_key: z.string(), access_secret: z.string() });
/** A user with the secret that is told this once. */
export type UserWithSecret = z.output<typeof NewCredentials>;

const Found = z.object({ user_id: z.string(), username: z.string() });
/** As much of a user as everybody of the organization may see. */
export type FoundUser = z.output<typeof Found>;

const Login = z.object({
  token: z.string(),
  expires_in: z.number(),
  user_id: z.string(),
  username: z.string(),
});
export type LoggedIn = z.output<typeof Login>;

const Permissions = z.object({
  agent_id: z.string(),
  owner_id: z.string().nullable(),
  can_be_accessed_by_users: z.array(z.string()),
  can_be_accessed_by_agents: z.array(z.string()),
});
/** Whose an agent is, and who else may call it: ids of users, names of agents. */
export type Permissions = z.output<typeof Permissions>;

const AuditEntry = z.object({
  at: z.iso.datetime().transform((text) => Date.parse(text)),
  actor: z.string(),
  action: z.string(),
  target: z.string(),
  detail: z.record(z.string(), z.unknown()).default({}),
});
/** A change of who may do what, or a try that was refused. `at` is in milliseconds since 1970. */
export type AuditEntry = z.output<typeof AuditEntry>;

/** Who is granted something: users by id, agents by name. */
export type Grantee = "users" | "agents";

export interface NewUser {
  readonly username: string;
  readonly email: string;
  readonly organization: string;
  readonly isSuperUser: boolean;
}

/** The authentication service behind the gateway's /auth. Everything throws the errors of errors.ts. */
export interface AuthClient {
  login(credentials: Credentials): Promise<LoggedIn>;
  self(): Promise<User>;
  users(): Promise<readonly User[]>;
  /** Users that a grant can name. */
  findable(): Promise<readonly FoundUser[]>;
  addUser(user: NewUser): Promise<UserWithSecret>;
  revokeUser(id: string): Promise<void>;
  reinstateUser(id: string): Promise<void>;
  regenerateUser(id: string): Promise<UserWithSecret>;
  permissionsOf(agent: string): Promise<Permissions>;
  grant(agent: string, kind: Grantee, ids: readonly string[]): Promise<Permissions>;
  withdraw(agent: string, kind: Grantee, id: string): Promise<Permissions>;
  /** The latest entries of the audit trail, which super users may read; the latest first. @param limit 500 at most */
  audit(limit: number): Promise<readonly AuditEntry[]>;
}

export interface AuthClientOptions {
  readonly stack: string;
  /** Undefined while nobody is logged in. */
  readonly token: string | undefined;
  readonly ask: (request: GatewayRequest) => Promise<GatewayAnswer>;
}

export function createAuthClient({ stack, token, ask }: AuthClientOptions): AuthClient {
  const call = async <Body>(schema: z.ZodType<Body>, request: GatewayRequest): Promise<Body> => {
    if (token === undefined) throw await whyNobody();
    const answer = await ask({ ...request, token });
    if (answer.status === 401) throw notLoggedIn({ stack, reason: "the token is over or was revoked" });
    return accepted(stack, schema, answer);
  };
  /** In mode simple nobody can log in: that is then what to say. */
  const whyNobody = async (): Promise<Error> =>
    isAbsent(await ask({ path: "/auth/health" }))
      ? modeIsSimple({ stack })
      : notLoggedIn({ stack, reason: "there is no token" });
  const at = (path: TemplateStringsArray, ...parts: readonly string[]): string =>
    String.raw({ raw: path }, ...parts.map((part) => encodeURIComponent(part)));
  const none = z.unknown().transform(() => undefined);

  return {
    login: async ({ accessKey, accessSecret }) => {
      const body = { access_key: accessKey, access_secret: accessSecret };
      const answer = await ask({ method: "POST", path: "/auth/users/login", body });
      if (answer.status === 401) throw loginRefused({ stack });
      return accepted(stack, Login, answer);
    },
    self: () => call(User, { path: "/auth/user" }),
    users: async () => (await call(z.object({ users: z.array(User) }), { path: "/auth/users" })).users,
    findable: async () =>
      (await call(z.object({ users: z.array(Found) }), { path: "/auth/system/users-for-search" })).users,
    addUser: ({ username, email, organization, isSuperUser }) =>
      call(NewCredentials, {
        method: "POST",
        path: "/auth/users/register",
        body: { username, email, organization, is_super_user: isSuperUser },
      }),
    revokeUser: (id) => call(none, { method: "POST", path: at`/auth/tokens/revoke-user/${id}` }),
    reinstateUser: (id) => call(none, { method: "POST", path: at`/auth/users/${id}/reinstate` }),
    regenerateUser: (id) =>
      call(NewCredentials, { method: "POST", path: at`/auth/users/${id}/regenerate-credentials` }),
    permissionsOf: (agent) => call(Permissions, { path: at`/auth/agents/${agent}/permissions` }),
    grant: (agent, kind, ids) =>
      call(Permissions, {
        method: "POST",
        path: at`/auth/agents/${agent}/access/${kind}`,
        body: kind === "users" ? { user_ids: ids } : { agent_ids: ids },
      }),
    withdraw: (agent, kind, id) =>
      call(Permissions, { method: "DELETE", path: at`/auth/agents/${agent}/access/${kind}/${id}` }),
    audit: async (limit) =>
      (
        await call(z.object({ entries: z.array(AuditEntry) }), {
          path: at`/auth/audit?limit=${String(limit)}`,
        })
      ).entries,
  };
}

/** Only the gateway itself says 404 without having asked anybody: it has no such route in mode simple. */
const isAbsent = ({ status, headers }: GatewayAnswer): boolean =>
  status === 404 && headers["x-kong-upstream-latency"] === undefined;

/** Reads an answer that is a success. */
function accepted<Body>(stack: string, schema: z.ZodType<Body>, answer: GatewayAnswer): Body {
  const { status, headers, body } = answer;
  if (isAbsent(answer)) throw modeIsSimple({ stack });
  if (status === 429) throw tooManyAttempts({ seconds: Number(headers["retry-after"] ?? 60) });
  if (status >= 500) throw authUnavailable({ stack, status });
  if (status === 403) throw accessDenied({ reason: reasonIn(body, status) });
  if (status >= 300) throw requestRefused({ reason: reasonIn(body, status) });
  return schema.parse(body);
}

const Reason = z.object({ detail: z.unknown() }).or(z.object({ message: z.unknown() }));

/** The service's own words, without a full stop. */
function reasonIn(body: unknown, status: number): string {
  const read = Reason.safeParse(body);
  if (!read.success) return `it answers ${status}`;
  const said = "detail" in read.data ? read.data.detail : read.data.message;
  return (typeof said === "string" ? said : JSON.stringify(said)).replace(/\.$/, "");
}
