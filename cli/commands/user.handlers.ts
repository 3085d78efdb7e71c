import { idsOf } from "../features/access/find-user.ts";
import type { AuthClient } from "../features/access/auth-client.ts";
import { openAccess } from "../features/access/session.ts";
import { requireViewer, withSecret } from "../features/access/show-secret.ts";
import type { Handler, OptionValues } from "./command.ts";
import { table } from "../render/table.ts";

const argumentOf = (options: OptionValues): string => String(options["user"] ?? "");

export const add: Handler = async (context, options) => {
  const username = argumentOf(options);
  requireViewer(context, options, `user add ${username}`);
  const { email = `${username}@nasiko.localhost`, organization = "default" } = options;
  const { client } = await openAccess(context);
  const user = await client.addUser({
    username,
    email: String(email),
    organization: String(organization),
    isSuperUser: options["superUser"] === true,
  });
  return withSecret(context.stack, `User ${user.username} was added to stack ${context.stack}.`, user);
};

export const list: Handler = async (context) => {
  const { client } = await openAccess(context);
  const users = await client.users();
  const rows = users.map(({ username, email, status, is_super_user, organizations, user_id }) => [
    username,
    is_super_user ? "super user" : "user",
    status,
    organizations.join(", "),
    email,
    user_id,
  ]);
  return {
    exitCode: 0,
    text: table([["NAME", "ROLE", "STATUS", "ORGANIZATION", "EMAIL", "ID"], ...rows]),
    json: { ok: true, stack: context.stack, users },
  };
};

export const revoke: Handler = (context, options) =>
  changed(context, options, "can no longer log in, and no token of theirs is worth anything", (client, id) =>
    client.revokeUser(id),
  );

export const reinstate: Handler = (context, options) =>
  changed(context, options, "can log in again", (client, id) => client.reinstateUser(id));

export const regenerate: Handler = async (context, options) => {
  const name = argumentOf(options);
  requireViewer(context, options, `user regenerate ${name}`);
  const { client } = await openAccess(context);
  const [id = ""] = idsOf([name], await client.users());
  const user = await client.regenerateUser(id);
  const what = `User ${user.username} has new credentials; the old ones, and tokens got with them, are void.`;
  return withSecret(context.stack, what, user);
};

async function changed(
  context: Parameters<Handler>[0],
  options: OptionValues,
  now: string,
  change: (client: AuthClient, id: string) => Promise<void>,
): ReturnType<Handler> {
  const name = argumentOf(options);
  const { client } = await openAccess(context);
  const [id = ""] = idsOf([name], await client.users());
  await change(client, id);
  return {
    exitCode: 0,
    text: `User ${name} ${now}.`,
    json: { ok: true, stack: context.stack, user_id: id },
  };
}
