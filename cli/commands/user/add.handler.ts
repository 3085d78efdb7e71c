import { openAccess } from "../../features/access/session.ts";
import { requireViewer, withSecret } from "../../features/access/show-secret.ts";
import type { Handler } from "../define-command.ts";
import type { spec } from "./add.ts";

export const handler: Handler<typeof spec> = async (context, { options, args }) => {
  const username = args.user;
  requireViewer(context, options, `user add ${username}`);
  const { email = `${username}@nasiko.localhost`, organization, superUser } = options;
  const { client } = await openAccess(context);
  const user = await client.addUser({ username, email, organization, isSuperUser: superUser });
  return withSecret(context.stack, `User ${user.username} was added to stack ${context.stack}.`, user);
};
