import type { StackSnapshot } from "../../engine/core/engine.ts";
import { reveal } from "../../engine/core/values.ts";
import type { Blueprint } from "../../platform/blueprint/blueprint.ts";
import { table } from "../output/table.ts";

/** What people log in with at one of the addresses; all other secrets are between services. */
export interface Credential {
  /** Label of the address. */
  readonly label: string;
  readonly user: string;
  /** Undefined where it is not to be shown. */
  readonly password: string | undefined;
}

/** The logins that a stack's state holds. @param show whether the passwords are told */
export async function readCredentials(
  { urls }: Blueprint,
  snapshot: StackSnapshot | undefined,
  show: boolean,
): Promise<readonly Credential[]> {
  const logins = urls.flatMap(({ label, login }) => {
    const resource = snapshot?.resources.find(({ name }) => name === login?.secret);
    return login === undefined || resource === undefined ? [] : [{ label, user: login.user, resource }];
  });
  return Promise.all(
    logins.map(async ({ label, user, resource }) => {
      const opened = show ? await snapshot?.open(resource) : undefined;
      const password = opened?.outputs["result"];
      const text = password === undefined ? undefined : reveal(password);
      return { label, user, password: typeof text === "string" ? text : undefined };
    }),
  );
}

export const describeCredentials = (credentials: readonly Credential[]): string =>
  table(
    credentials.map(({ label, user, password }) => [
      `  ${label}`,
      user,
      password ?? "(nasiko local urls --show-secrets)",
    ]),
  );
