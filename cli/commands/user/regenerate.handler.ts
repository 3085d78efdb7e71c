import { idsOf } from "../../features/access/find-user.ts";
import { openAccess } from "../../features/access/session.ts";
import { requireViewer, withSecret } from "../../features/access/show-secret.ts";
import type { Handler } from "../define-command.ts";
import type { spec } from "./regenerate.ts";

export const handler: Handler<typeof spec> = async (context, { options, args }) => {
  requireViewer(context, options, `user regenerate ${args.user}`);
  const { client } = await openAccess(context);
  const [id = ""] = idsOf([args.user], await client.users());
  const user = await client.regenerateUser(id);
  const what = `User ${user.username} has new credentials; the old ones, and tokens issued for them, are invalid.`;
  return withSecret(context.stack, what, user);
};
