import type { Reply } from "./fake-history.ts";

export interface FakeUser {
  readonly username: string;
  readonly secret: string;
}
interface Call {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

/** The gateway's guards and the auth service's login. Without users it is mode `simple`, which has neither. */
export interface FakeAccess {
  /** By access key. */
  readonly users: Map<string, FakeUser>;
  /** Tokens that are taken now. */
  readonly tokens: Set<string>;
  /** Whether a call gets past the gateway. */
  readonly admits: (call: Call) => boolean;
  /** Undefined: not the path of the login, or nobody there. */
  readonly login: (call: Call) => Reply | undefined;
}

/** What the gateway lets nobody reach without a token. */
const GUARDED = /^\/(?:api|router|agents)(?:\/|$)/;

export function createAccess(): FakeAccess {
  const users = new Map<string, FakeUser>();
  const tokens = new Set<string>();
  let issued = 0;
  return {
    users,
    tokens,
    admits: ({ path, authorization }) =>
      users.size === 0 ||
      !GUARDED.test(path) ||
      tokens.has(/^Bearer (.+)$/.exec(authorization ?? "")?.[1] ?? ""),
    login: ({ method, path, body }) => {
      if (users.size === 0 || `${method} ${path}` !== "POST /auth/users/login") return undefined;
      const { access_key, access_secret } = body as Readonly<Record<string, string>>;
      const user = users.get(access_key ?? "");
      if (user?.secret !== access_secret) return [401, { detail: "Invalid credentials" }];
      const token = `token.of-${user?.username ?? ""}.${++issued}`;
      tokens.add(token);
      return [200, { token, token_type: "bearer", expires_in: 3600, username: user?.username }];
    },
  };
}
