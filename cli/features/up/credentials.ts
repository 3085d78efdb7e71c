import type { StackSnapshot } from "../../../engine/core/engine.ts";
import { reveal } from "../../../engine/core/values.ts";
import type { Blueprint } from "../../../platform/blueprint/blueprint.ts";
import { table } from "../../render/table.ts";
import { superuserIn } from "../../stack/state/superuser.ts";

/** What people log in with at the gateway or one of the addresses; all other secrets are between services. */
export interface Credential {
  /** Label of the address; "Superuser" for the platform's own, whose user is the access key. */
  readonly label: string;
  readonly user: string;
  /** Undefined where it is not to be shown. */
  readonly password: string | undefined;
}

/** The logins that a stack's state holds. @param show whether the passwords are told */
export async function readCredentials(
  { urls }: Pick<Blueprint, "urls">,
  snapshot: StackSnapshot | undefined,
  show: boolean,
): Promise<readonly Credential[]> {
  const logins = urls.flatMap(({ label, login }) => {
    const resource = snapshot?.resources.find(({ name }) => name === login?.secret);
    return login === undefined || resource === undefined ? [] : [{ label, user: login.user, resource }];
  });
  const known = logins.map(async ({ label, user, resource }) => {
    const opened = show ? await snapshot?.open(resource) : undefined;
    const password = opened?.outputs["result"];
    const text = password === undefined ? undefined : reveal(password);
    return { label, user, password: typeof text === "string" ? text : undefined };
  });
  return [...(await platformLogin(snapshot, show)), ...(await Promise.all(known))];
}

async function platformLogin(
  snapshot: StackSnapshot | undefined,
  show: boolean,
): Promise<readonly Credential[]> {
  const superuser = await superuserIn(snapshot);
  if (superuser === undefined) return [];
  const { accessKey, accessSecret } = superuser;
  return [{ label: "Superuser", user: accessKey, password: show ? accessSecret : undefined }];
}

export const describeCredentials = (credentials: readonly Credential[]): string =>
  table(
    credentials.map(({ label, user, password }) => [
      `  ${label}`,
      user,
      password ?? "(nasiko local urls --show-secrets)",
    ]),
  );
