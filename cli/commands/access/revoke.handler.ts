import { changeGrants } from "../../features/access/grants.ts";
import type { Handler } from "../define-command.ts";
import type { spec } from "./revoke.ts";

export const handler: Handler<typeof spec> = (context, { options, args }) => {
  const grantees = { agent: args.agent, users: options.user, agents: options.toAgent };
  return changeGrants(context, grantees, async (client, agent, kind, ids) => {
    for (const id of ids) await client.withdraw(agent, kind, id);
  });
};
