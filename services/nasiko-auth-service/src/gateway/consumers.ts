import type { AgentDocument } from "../accounts/agents.ts";
import { agentPrincipal } from "../accounts/agents.ts";
import { userPrincipal, type UserDocument } from "../accounts/users.ts";
import { credentialKey } from "../principal.ts";

/** What the gateway has to know about somebody who may pass. */
export interface Consumer {
  readonly username: string;
  readonly custom_id: string;
  /** The one credential: tokens of any other are refused. */
  readonly credential: { readonly key: string; readonly secret: string };
  /** What plugins `acl` ask for. */
  readonly groups: readonly string[];
}

const GROUPS = { user: "nasiko-user", superUser: "nasiko-super-user", agent: "nasiko-agent" };

const agentGroup = (name: string): string => `agent:${name}`;

/** Everybody who may pass the gateway, and where to: active users, and agents that may call others. */
export function consumersOf(
  users: readonly UserDocument[],
  entries: readonly AgentDocument[],
  secretOf: (key: string) => string,
): readonly Consumer[] {
  const agents = entries.filter(({ accepted }) => accepted);
  const credential = (key: string): Consumer["credential"] => ({ key, secret: secretOf(key) });
  const people = users
    .filter(({ status }) => status === "active")
    .map((user): Consumer => {
      const own = agents.filter(
        (agent) => agent.owner_id === user.user_id || agent.users.includes(user.user_id),
      );
      return {
        username: `user-${user.user_id}`,
        custom_id: user.user_id,
        credential: credential(credentialKey(userPrincipal(user))),
        groups: [
          GROUPS.user,
          ...(user.is_super_user ? [GROUPS.superUser] : []),
          ...own.map(({ agent_id }) => agentGroup(agent_id)),
        ],
      };
    });
  const callers = agents.map((agent): Consumer => {
    const principal = agentPrincipal(agent);
    const targets = agents.filter((target) => target.agents.includes(agent.agent_id));
    return {
      username: `agent-${agent.agent_id}`,
      custom_id: principal.id,
      credential: credential(credentialKey(principal)),
      groups: [GROUPS.agent, ...targets.map(({ agent_id }) => agentGroup(agent_id))],
    };
  });
  return [...people, ...callers];
}
