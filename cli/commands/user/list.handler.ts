import { openAccess } from "../../features/access/session.ts";
import { table } from "../../render/table.ts";
import type { Handler } from "../define-command.ts";
import type { spec } from "./list.ts";

export const handler: Handler<typeof spec> = async (context) => {
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
