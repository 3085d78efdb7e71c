import { defineChecks, type Answer, type CheckContext } from "./check.ts";
import { agentsIn, asks, atGateway, behind, fieldOf, finding, describeAnswer } from "./questions.ts";

const AGENTS = "/api/v1/registry/user/agents";
const AUTH = "nasiko-auth-service";

/**
 * Agents that have a container and that their owners know: not one whose upload is just being built, or has failed.
 * @throws Error when there is none
 */
async function agentsToAskFor({ ask, members }: CheckContext): Promise<readonly [string, ...string[]]> {
  const known = agentsIn((await ask({ path: AGENTS, caller: "super user" })).body) ?? [];
  const [first, ...others] = (await members()).flatMap(({ kind, name }) =>
    kind === "agent" && known.includes(name) ? [name] : [],
  );
  if (first === undefined) throw new Error("there is no agent to ask for");
  return [first, ...others];
}

const grantsOf = (agent: string): string => `/auth/agents/${agent}/access/users`;

/** Grants the first agent for which this user exists: for one of another organization, there is no such user. */
async function grantOne(
  checked: CheckContext,
  user: string,
): Promise<readonly [agent: string, told: Answer]> {
  const [first, ...others] = await agentsToAskFor(checked);
  const body = { user_ids: [user] };
  const grant = (agent: string): Promise<Answer> =>
    checked.ask({ method: "POST", path: grantsOf(agent), caller: "super user", body });
  let [agent, told] = [first, await grant(first)];
  for (const other of others) {
    if (told.status !== 404) break;
    [agent, told] = [other, await grant(other)];
  }
  return [agent, told];
}

const agentsOf = (answer: Answer): string => agentsIn(answer.body)?.join(", ") ?? describeAnswer(answer);

/** Rows 10 to 19: nobody enters who does not belong. */
export const ENTERPRISE_ROWS = defineChecks([
  {
    id: "10",
    mode: "enterprise",
    asked: "GET /auth/health",
    expected: "200",
    look: asks({ path: "/auth/health", caller: "nobody" }, behind(200)),
  },
  {
    id: "11",
    mode: "enterprise",
    asked: `GET ${AGENTS} with a made-up token`,
    expected: "401",
    look: asks({ path: AGENTS, caller: "anybody" }, ({ status }) => status === 401),
  },
  {
    id: "12",
    mode: "enterprise",
    asked: "POST /auth/users/login with the credentials of the stack's output",
    expected: "200 and a token",
    look: async ({ login }) => {
      const answer = await login();
      const hasToken = typeof fieldOf(answer.body, "token") === "string";
      return {
        ok: answer.status === 200 && hasToken,
        came: `${describeAnswer(answer)}${hasToken ? " and a token" : ""}`,
      };
    },
  },
  {
    id: "13",
    mode: "enterprise",
    asked: `GET ${AGENTS} with that token`,
    expected: "200, the agents that its owner may use",
    look: asks(
      { path: AGENTS, caller: "super user" },
      behind(200, (body) => agentsIn(body) !== undefined),
    ),
  },
  {
    id: "14",
    mode: "enterprise",
    asked: "POST /api/v1/user/register as super user, and as another user",
    expected: "200 or 201 with a secret; 403",
    look: async ({ ask }) => {
      const register = (caller: "super user" | "user"): Promise<Answer> => {
        const username = `verify-${Math.random().toString(36).slice(2, 10)}`;
        const body = { username, email: `${username}@localhost.example`, is_super_user: false };
        return ask({ method: "POST", path: "/api/v1/user/register", caller, body });
      };
      const [own, others] = [await register("super user"), await register("user")];
      const id = fieldOf(own.body, "user_id");
      if (typeof id === "string")
        await ask({ method: "DELETE", path: `/auth/users/${id}`, caller: "super user" });
      const hasSecret = typeof fieldOf(own.body, "access_secret") === "string";
      const isOwn = [200, 201].includes(own.status) && hasSecret;
      return finding(isOwn && others.status === 403, own, others);
    },
  },
  {
    id: "15",
    mode: "enterprise",
    asked: "a second user's agents: before a grant, with it, after it",
    expected: "none of others'; the granted one; none again",
    look: async (checked) => {
      const { ask } = checked;
      const list = (): Promise<Answer> => ask({ path: AGENTS, caller: "user" });
      const before = await list();
      const user = await checked.userId();
      const [agent, told] = await grantOne(checked, user);
      const granted = await list();
      await ask({ method: "DELETE", path: `${grantsOf(agent)}/${user}`, caller: "super user" });
      const after = await list();
      const sees = (answer: Answer): boolean => agentsIn(answer.body)?.includes(agent) === true;
      const answered = [before, granted, after, told].every(({ status }) => status === 200);
      return {
        ok: answered && !sees(before) && sees(granted) && !sees(after),
        came:
          [before, granted, after].map((answer) => `[${agentsOf(answer)}]`).join("; ") +
          (told.status === 200 ? "" : `; to the grant of ${agent}: ${describeAnswer(told)}`),
      };
    },
  },
  {
    id: "16",
    mode: "enterprise",
    asked: `with ${AUTH} stopped: GET ${AGENTS} with a known token, GET /health, a login`,
    expected: "503; 200; refused",
    look: async (checked) => {
      const { ask, login } = checked;
      // Logged in before: a known token is what this is about.
      await ask({ path: AGENTS, caller: "super user" });
      return checked.without(AUTH, async () => {
        const known = await ask({ path: AGENTS, caller: "super user" });
        const health = await ask({ path: "/health", caller: "nobody" });
        const entry = await login();
        return finding(
          behind(503)(known) && health.status === 200 && entry.status >= 500,
          known,
          health,
          entry,
        );
      });
    },
  },
  {
    id: "17",
    mode: "enterprise",
    asked: "POST /auth/users/register without a token",
    expected: "401 or 403",
    look: asks(
      {
        method: "POST",
        path: "/auth/users/register",
        caller: "nobody",
        body: { username: "verify-nobody", email: "verify@localhost.example", is_super_user: true },
      },
      ({ status }) => status === 401 || status === 403,
    ),
  },
  {
    id: "18",
    mode: "enterprise",
    asked: `GET ${AGENTS} without a token`,
    expected: "401 at the gateway",
    look: asks({ path: AGENTS, caller: "nobody" }, atGateway(401)),
  },
  {
    id: "19",
    mode: "enterprise",
    asked: "an agent, with the token of a user without a grant",
    expected: "403 at the gateway",
    look: async (checked) => {
      const [agent] = await agentsToAskFor(checked);
      const answer = await checked.ask({ path: `/agents/agent-${agent}/`, caller: "user" });
      return finding(atGateway(403)(answer), answer);
    },
  },
]);
