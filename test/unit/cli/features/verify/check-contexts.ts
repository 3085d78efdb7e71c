import type { Answer, Member, Question, CheckContext } from "../../../../../cli/features/verify/check.ts";
import type { GatewayTable } from "../../../../../cli/features/verify/gateway-table.ts";

/** Platforms in memory that keep their mode's promises, for the checks to be tried on. */

const AGENTS = "/api/v1/registry/user/agents";
const member = (name: string, fields: Partial<Member> = {}): Member => ({
  name,
  kind: "service",
  published: [],
  networks: ["nasiko-test-app"],
  mountsDockerSocket: false,
  sharesHost: false,
  digests: [],
  ...fields,
});
/** As images.lock.json names one. */
const DIGEST = `sha256:${"1".repeat(64)}`;
const COMMON: readonly Member[] = [
  member("kong", { published: ["127.0.0.1"], digests: [DIGEST] }),
  member("ollama"),
  member("nasiko-backend"),
  member("docker-proxy-read", { mountsDockerSocket: true }),
  member("translator", { kind: "agent", networks: ["nasiko-test-agents"] }),
];

const gateway = (status: number, message: string): Answer => ({ status, body: { message }, atGateway: true });
const service = (status: number, body: unknown): Answer => ({ status, body, atGateway: false });
const agents = (...ids: readonly string[]): Answer => service(200, { data: ids.map((id) => ({ id })) });

/** Names of Kong's services, and what stands before each. */
type Guards = Readonly<Record<string, readonly string[]>>;
const REMOVED = [
  ...[
    "Authorization",
    "Proxy-Authorization",
    "Proxy_Authorization",
    "Cookie",
    "X-Subject-ID",
    "X_Subject_ID",
  ],
  ...[
    "X-Subject-Type",
    "X_Subject_Type",
    "X-Is-Super-User",
    "X_Is_Super_User",
    "X-Permissions",
    "X_Permissions",
  ],
  ...[
    "X-Consumer-Groups",
    "X_Consumer_Groups",
    "X_Consumer_ID",
    "X_Consumer_Custom_ID",
    "X_Consumer_Username",
  ],
];
const NOT_WRITTEN = ["X-Consumer-ID", "X-Consumer-Custom-ID", "X-Consumer-Username"];

/** A gateway with a route for each service. */
export function tableOf(guards: Guards, removed: readonly string[] = REMOVED): GatewayTable {
  const names = Object.keys(guards);
  return {
    services: names.map((name) => ({ id: name, name })),
    routes: names.map((name) => ({
      ...{ id: `${name}-route`, name: `${name}-route`, service: name },
      credential: false,
    })),
    plugins: Object.entries(guards).flatMap(([service, plugins]) =>
      plugins.map((name) => ({
        ...{ name, enabled: true, service, route: null, anonymous: null },
        removes: name === "request-transformer" ? [...removed] : [],
      })),
    ),
  };
}

const OPEN: Guards = {
  "gateway-status": [],
  "web-app-proxy": [],
  "no-route": ["request-termination"],
  ollama: ["ip-restriction"],
};

const COMMON_SCENE = {
  agentNetwork: "nasiko-test-agents",
  agentFinds: () => Promise.resolve(false),
  doors: [{ name: "kong", url: "http://127.0.0.1:9100/" }],
  statusAs: () => Promise.resolve(421),
  certificate: () => Promise.resolve({ isAuthority: false, days: 730 }),
  exposedFiles: () => Promise.resolve([]),
  pinned: { kong: DIGEST },
  refusalOf: (mode: string) =>
    Promise.resolve(["simple", "enterprise"].includes(mode) ? undefined : "NSK-SETTING-INVALID"),
};

export function simpleContext(over: Partial<CheckContext> = {}): CheckContext {
  const answer = ({ method = "GET", path, caller, headers }: Question): Answer => {
    if (headers?.["host"] === "ollama") return gateway(403, "Models are changed by the operator alone");
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
    gatewayTable: () =>
      Promise.resolve(
        tableOf({ ...OPEN, "backend-api-proxy": [], "agent-translator": ["request-transformer"] }, [
          ...REMOVED,
          ...NOT_WRITTEN,
        ]),
      ),
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
      const { path, headers } = question;
      if (headers?.["host"] === "ollama")
        return Promise.resolve(gateway(403, "Models are changed by the operator alone"));
      if (path === "/health") return Promise.resolve(service(200, { status: "healthy" }));
      const isAuth = path.startsWith("/auth/") && !path.includes("..");
      return Promise.resolve(isAuth ? authAnswer(question) : protectedAnswer(question));
    },
    login: () =>
      Promise.resolve(isUp ? service(200, { token: "t" }) : gateway(503, "name resolution failed")),
    userId: () => Promise.resolve("u1"),
    members: () => Promise.resolve([...COMMON, member("nasiko-auth-service"), member("nasiko-auth-redis")]),
    logOf: () => Promise.resolve(['{"level":"info","message":"listening","mode":"enterprise"}']),
    gatewayTable: () =>
      Promise.resolve(
        tableOf({
          ...OPEN,
          "backend-api-proxy": ["jwt", "acl"],
          "agent-translator": ["jwt", "acl", "request-transformer"],
        }),
      ),
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
