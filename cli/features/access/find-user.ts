import { nearest } from "../../../platform/settings/nearest.ts";
import { throwProblems } from "../../../platform/errors/define-error.ts";
import type { FoundUser } from "./auth-client.ts";
import { userUnknown } from "./errors.ts";

/** Ids of users who are named by name or id. @throws NSK-USER-UNKNOWN for all that are not there, at once */
export function idsOf(named: readonly string[], users: readonly FoundUser[]): readonly string[] {
  const found = named.map((name) => ({
    name,
    user: users.find(({ user_id, username }) => user_id === name || username === name.toLowerCase()),
  }));
  const names = users.map(({ username }) => username);
  throwProblems(
    found
      .filter(({ user }) => user === undefined)
      .map(({ name }) => userUnknown({ user: name, nearest: nearest(name, names) })),
  );
  return found.flatMap(({ user }) => (user === undefined ? [] : [user.user_id]));
}
