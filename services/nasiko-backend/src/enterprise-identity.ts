import { z } from "zod";
import { requireService, tokenOf } from "./bearer.ts";
import type { FoundUser, Identity, Passed } from "./identity.ts";
import type { Log } from "../../lib/log.ts";
import { Problem } from "../../lib/problem.ts";

/** Milliseconds within which the auth service answers. */
const PATIENCE = 10_000;

/** Characters of a reason that the audit trail takes. */
const LONGEST_REASON = 500;

const Validated = z.object({
  subject_id: z.string(),
  subject_type: z.string(),
  username: z.string(),
  email: z.string(),
  is_super_user: z.boolean(),
});
const Accessible = z.object({ accessible_agents: z.array(z.string()) });
const Users = z.object({
  users: z.array(z.object({ user_id: z.string(), username: z.string(), email: z.string() })),
});
const Refusal = z.object({ detail: z.string() });

export interface EnterpriseOptions {
  readonly authUrl: string;
  readonly serviceToken: string;
  readonly log: Log;
}

/** Mode `enterprise`: the auth service says whose a token is. What it does not confirm is refused. */
export function enterpriseIdentity({ authUrl, serviceToken, log }: EnterpriseOptions): Identity {
  /** @throws Problem 503 when it does not answer, or cannot answer */
  const ask = async (method: string, path: string, token: string, json?: unknown): Promise<Passed> => {
    try {
      const response = await fetch(`${authUrl}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(json === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
        signal: AbortSignal.timeout(PATIENCE),
      });
      const text = await response.text();
      if (response.status >= 500) throw new Error(`it answers ${response.status}`);
      return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      log("warn", "the auth service does not answer", { path, error: text });
      throw new Problem(503, "Authentication service unavailable");
    }
  };
  /** An answer that has to be there. @throws Problem with the auth service's own refusal */
  const expect = <Body>({ status, body }: Passed, schema: z.ZodType<Body>): Body => {
    if (status === 200) return schema.parse(body);
    throw new Problem(status, Refusal.safeParse(body).data?.detail ?? "The auth service refuses");
  };
  const usersBy = async (token: string): Promise<readonly FoundUser[]> =>
    expect(await ask("GET", "/auth/system/users-for-search", token), Users).users;

  return {
    mode: "enterprise",
    user: async (authorization) => {
      const token = tokenOf(authorization);
      const { subject_type, ...user } = expect(await ask("POST", "/auth/validate", token), Validated);
      if (subject_type !== "user") throw new Problem(403, "Agents do not use the platform's API");
      return { ...user, token };
    },
    service: (authorization) => requireService(authorization, serviceToken),
    agentsOf: async (user) =>
      user.is_super_user
        ? "all"
        : expect(await ask("GET", "/auth/my-accessible-agents", user.token), Accessible).accessible_agents,
    users: (user) => usersBy(user.token),
    countUsers: async () => (await usersBy(serviceToken)).length,
    own: async (user, agent) => {
      const owner = encodeURIComponent(user.subject_id);
      const path = `/auth/agents/${agent}/permissions?pending=true&owner_id=${owner}`;
      const { status, body } = await ask("POST", path, serviceToken);
      if (status === 409) {
        const reason = Refusal.safeParse(body).data?.detail ?? "The agent has another owner";
        throw new Problem(409, `The name ${agent} cannot be used: ${reason}`);
      }
      if (status !== 200) throw new Problem(503, "The agent's owner could not be entered");
    },
    accept: async (agent, ownerId) => {
      const query = ownerId === undefined ? "" : `?owner_id=${encodeURIComponent(ownerId)}`;
      const { status, body } = await ask("POST", `/auth/agents/${agent}/accept${query}`, serviceToken);
      if (status !== 200)
        throw new Problem(status, Refusal.safeParse(body).data?.detail ?? "The auth service refuses");
    },
    release: async (agent) => {
      try {
        await ask("DELETE", `/auth/agents/${agent}/permissions?pending=true`, serviceToken);
      } catch {
        // Said in the log; the name stays kept for the one who asked for it.
      }
    },
    disown: async (agent) => {
      await ask("DELETE", `/auth/agents/${agent}/permissions`, serviceToken);
    },
    register: async (user, wanted) => {
      const answer = await ask("POST", "/auth/users/register", user.token, wanted);
      const detail = Refusal.safeParse(answer.body).data?.detail ?? "";
      return detail.includes("already exists") ? { ...answer, status: 409 } : answer;
    },
    noteRefusal: async ({ subject_id: actor }, { action, target, status, reason }) => {
      const detail = { status: String(status), reason: reason.slice(0, LONGEST_REASON) };
      try {
        const entry = { actor, action, target, detail };
        const answer = await ask("POST", "/auth/audit/refusals", serviceToken, entry);
        if (answer.status !== 204) log("warn", "the audit trail refuses an entry", { status: answer.status });
      } catch {
        // Said in the log, where the refusal is as well.
      }
    },
    healthy: async () => {
      try {
        return (await ask("GET", "/health", serviceToken)).status === 200;
      } catch {
        // Said in the log; whether it is healthy is all that is asked for.
        return false;
      }
    },
  };
}
