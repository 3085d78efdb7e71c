import { changeGrants } from "../../features/access/grants.ts";
import type { Handler } from "../define-command.ts";
import type { spec } from "./grant.ts";

export const handler: Handler<typeof spec> = (context, { options, args }) => {
  const grantees = { agent: args.agent, users: options.user, agents: options.toAgent };
  return changeGrants(context, grantees, async (client, agent, kind, ids) => {
    await client.grant(agent, kind, ids);
  });
};
