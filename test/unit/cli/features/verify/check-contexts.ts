import type { Answer, Member, Question, CheckContext } from "../../../../../cli/features/verify/check.ts";

/** Platforms in memory that keep their mode's promises, for the checks to be tried on. */

const AGENTS = "/api/v1/registry/user/agents";
const member = (name: string, fields: Partial<Member> = {}): Member => ({
  name,
  kind: "service",
  published: [],
  networks: ["nasiko-test-app"],
  mountsDockerSocket: false,
  sharesHost: false,
  ...fields,
});
const COMMON: readonly Member[] = [
  member("kong", { published: ["127.0.0.1"] }),
  member("nasiko-backend"),
  member("docker-proxy-read", { mountsDockerSocket: true }),
  member("translator", { kind: "agent", networks: ["nasiko-test-agents"] }),
];

const gateway = (status: number, message: string): Answer => ({ status, body: { message }, atGateway: true });
const service = (status: number, body: unknown): Answer => ({ status, body, atGateway: false });
const agents = (...ids: readonly string[]): Answer => service(200, { data: ids.map((id) => ({ id })) });

const COMMON_SCENE = {
  agentNetwork: "nasiko-test-agents",
  agentFinds: () => Promise.resolve(false),
  refusalOf: (mode: string) =>
    Promise.resolve(["simple", "enterprise"].includes(mode) ? undefined : "NSK-SETTING-INVALID"),
};

export function simpleContext(over: Partial<CheckContext> = {}): CheckContext {
  const answer = ({ method = "GET", path, caller }: Question): Answer => {
    if (path.startsWith("/auth")) return gateway(404, "no Route matched with those values");
    if (path === "/health") return service(200, { status: "healthy" });
    if (path === "/api/v1/healthcheck") return service(200, { status: "ok" });
    if (path.startsWith("/agents/")) return service(200, {});
    if (caller === "nobody" || caller === "empty") return service(401, { detail: "Token required" });
    if (path.startsWith(AGENTS)) return agents("translator");
    if (method === "POST") return service(200, { status: "skipped", mode: "simple" });
    return service(200, { user_registration_enabled: false });
  };
  return {
    ...COMMON_SCENE,
    ask: (question) => {
      if (question.caller === "super user" || question.caller === "user")
        throw new Error("the stack has no super user");
      return Promise.resolve(answer(question));
    },
    login: () => {
      throw new Error("the stack has no super user");
    },
    userId: () => {
      throw new Error("the stack has no super user");
    },
    members: () => Promise.resolve(COMMON),
    logOf: () => Promise.resolve(['{"level":"info","message":"listening","mode":"simple"}']),
    without: (name) => {
      throw new Error(`there is no ${name}`);
    },
    ...over,
  };
}

export function enterpriseContext(over: Partial<CheckContext> = {}): CheckContext {
  let granted = false;
  let isUp = true;
  const unauthorized = gateway(401, "Unauthorized");
  const protectedAnswer = ({ method = "GET", path, caller }: Question): Answer => {
    if (caller !== "super user" && caller !== "user") return unauthorized;
    if (path.startsWith("/agents/"))
      return caller === "super user" || granted
        ? service(200, {})
        : gateway(403, "You cannot consume this service");
    if (!isUp) return service(503, { detail: "Authentication service unavailable" });
    if (method === "POST")
      return caller === "super user"
        ? service(201, { user_id: "u2", access_key: "k", access_secret: "s" })
        : service(403, { detail: "Super user access required" });
    return caller === "super user" || granted ? agents("translator") : agents();
  };
  const authAnswer = ({ method = "GET", path, caller }: Question): Answer => {
    if (!isUp) return gateway(503, "name resolution failed");
    if (path === "/auth/health") return service(200, { status: "healthy" });
    if (caller !== "super user") return service(401, { detail: "Not authenticated" });
    if (path.includes("/access/users")) granted = method === "POST";
    return service(200, { success: true });
  };
  return {
    ...COMMON_SCENE,
    ask: (question) => {
      const { path } = question;
      if (path === "/health") return Promise.resolve(service(200, { status: "healthy" }));
      const isAuth = path.startsWith("/auth/") && !path.includes("..");
      return Promise.resolve(isAuth ? authAnswer(question) : protectedAnswer(question));
    },
    login: () =>
      Promise.resolve(isUp ? service(200, { token: "t" }) : gateway(503, "name resolution failed")),
    userId: () => Promise.resolve("u1"),
    members: () => Promise.resolve([...COMMON, member("nasiko-auth-service"), member("nasiko-auth-redis")]),
    logOf: () => Promise.resolve(['{"level":"info","message":"listening","mode":"enterprise"}']),
    without: async (_, work) => {
      isUp = false;
      try {
        return await work();
      } finally {
        isUp = true;
      }
    },
    ...over,
  };
}

export const aMember = member;
