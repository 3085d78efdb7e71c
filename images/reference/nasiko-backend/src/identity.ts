import { createHash, timingSafeEqual } from "node:crypto";
import { Problem } from "./problem.ts";

/** A user, as every mode of authentication tells about one. */
export interface User {
  readonly subject_id: string;
  readonly subject_type: "user";
  readonly username: string;
  readonly email: string;
  readonly is_super_user: boolean;
  readonly organizations: readonly string[];
  readonly oid: string;
}

/** Who calls, and what they may see. The one place that knows of authentication modes. */
export interface Identity {
  readonly mode: "simple";
  /** @throws Problem 401 when nobody can be told from the header */
  user(authorization: string | undefined): Promise<User>;
  /** Lets the platform's own services pass. @throws Problem 401 without a token, 403 with another */
  service(authorization: string | undefined): void;
  /** Agents that the user may use: ids, or all there are. */
  agentsOf(user: User): Promise<"all" | readonly string[]>;
  /** Everybody who can be found by a search. */
  users(): Promise<readonly User[]>;
}

const DEFAULT_USER: User = {
  subject_id: "default-user",
  subject_type: "user",
  username: "admin",
  email: "admin@localhost",
  is_super_user: true,
  organizations: ["default"],
  oid: "default-org-id",
};

/** Mode `simple`: whoever sends a token is the default user, and may use everything. */
export function simpleIdentity(serviceToken: string): Identity {
  return {
    mode: "simple",
    user: (authorization) => {
      bearerOf(authorization);
      return Promise.resolve(DEFAULT_USER);
    },
    service: (authorization) => {
      if (!isSame(bearerOf(authorization), serviceToken))
        throw new Problem(403, "Only the platform's own services may do this");
    },
    agentsOf: () => Promise.resolve("all"),
    users: () => Promise.resolve([DEFAULT_USER]),
  };
}

/** @throws Problem 401 */
function bearerOf(authorization: string | undefined): string {
  if (authorization === undefined) throw new Problem(401, "Not authenticated");
  const [, token] = /^bearer(?: +(.*))?$/i.exec(authorization.trim()) ?? [];
  if (token === undefined || token.trim() === "") throw new Problem(401, "Token required");
  return token.trim();
}

/** Takes the same time wherever the two differ. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
