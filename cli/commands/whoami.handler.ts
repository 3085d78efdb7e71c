import type { Handler } from "./define-command.ts";
import type { spec } from "./whoami.ts";
import { openAccess } from "../features/access/session.ts";

export const handler: Handler<typeof spec> = async (context) => {
  const { client, session } = await openAccess(context);
  const user = await client.self();
  const until = session === undefined ? undefined : new Date(session.expiresAt).toISOString();
  const role = user.is_super_user ? "super user" : `user of ${user.organizations.join(", ")}`;
  return {
    exitCode: 0,
    text: `${user.username} <${user.email}>, ${role} on stack ${context.stack}, until ${until ?? "unknown"}`,
    json: { ok: true, stack: context.stack, until, user },
  };
};
