import { describeGrants } from "../../features/access/grants.ts";
import { openAccess } from "../../features/access/session.ts";
import type { Handler } from "../define-command.ts";
import type { spec } from "./list.ts";

export const handler: Handler<typeof spec> = async (context, { args }) => {
  const { client } = await openAccess(context);
  const [permissions, users] = await Promise.all([client.permissionsOf(args.agent), client.findable()]);
  return describeGrants(context.stack, permissions, users);
};
