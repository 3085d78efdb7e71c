import { expect, test } from "vitest";
import { buildRouter, upstreamPath } from "../../../../offline/stand-ins/kong/src/proxy/router.ts";
import { proxyEntities, readProxies } from "../../../../services/service-registry/src/platform-proxies.ts";
import type { AuthMode } from "../../../../services/service-registry/src/guard.ts";
import { wantedEntities } from "../../../../services/service-registry/src/kong-entities.ts";
import { exampleRoute } from "../../offline/stand-ins/kong/examples.ts";

const agent = {
  id: "c1",
  name: "c1",
  agent: "x",
  hash: "v1:1",
  port: 5000,
  running: true,
  status: "Up",
};
const HOSTS = {
  KONG_AUTH_HOST: "auth",
  KONG_BACKEND_HOST: "backend",
  KONG_ROUTER_HOST: "router",
  KONG_WEB_HOST: "web",
  KONG_N8N_HOST: "n8n",
  KONG_REGISTRY_HOST: "registry",
};

/** Service at the gateway and what it is asked for, or undefined when no route fits. */
function leadsTo(mode: AuthMode): (path: string) => string | undefined {
  const { proxies } = readProxies(HOSTS, mode);
  const groups = [
    ...proxies.map((proxy) => proxyEntities("local", proxy, mode)),
    wantedEntities("local", agent, mode),
  ];
  const targets = groups.map((entities) => {
    const fieldsOf = (collection: string): Readonly<Record<string, unknown>> =>
      entities.find((entity) => entity.collection === collection)?.fields ?? {};
    return { service: fieldsOf("services"), route: exampleRoute(fieldsOf("routes")) };
  });
  const router = buildRouter(targets, ({ route }) => route);
  return (path) => {
    const match = router({ method: "GET", path, host: "localhost" });
    if (match === undefined) return undefined;
    const { route, service } = match.target;
    const upstream = upstreamPath({
      servicePath: typeof service["path"] === "string" ? service["path"] : null,
      stripPath: route.strip_path,
      pathHandling: route.path_handling,
      requestPath: path,
      postfix: match.postfix,
    });
    const name = String(service["name"]).startsWith("auth")
      ? String(service["name"])
      : String(service["host"]);
    return `${name}${upstream}`;
  };
}

test.each([
  ["/", "web/landing"],
  ["/app", "web/landing"],
  ["/app/", "web/"],
  ["/app/assets/main.js", "web/assets/main.js"],
  ["/api/v1/healthcheck", "backend/api/v1/healthcheck"],
  ["/router", "router/router"],
  ["/router/health", "router/router/health"],
  ["/n8n/", "n8n/"],
  ["/n8n/healthz", "n8n/healthz"],
  ["/status", "registry/status"],
  ["/health", "registry/health"],
  ["/agents", "registry/agents"],
  ["/agents/agent-x/", "c1/"],
  ["/agents/agent-x/.well-known/agent-card.json", "c1/.well-known/agent-card.json"],
  ["/agents/agent-y/", undefined],
  ["/agents/", undefined],
  ["/auth/users/login", undefined],
  ["/status/ready", undefined],
  ["/favicon.ico", undefined],
])("at the gateway, %s leads to %s", (path, expected) => {
  expect(leadsTo("simple")(path)).toBe(expected);
  if (!path.startsWith("/auth")) expect(leadsTo("enterprise")(path)).toBe(expected);
});

test.each([
  ["/auth/users/login", "auth-login/auth/users/login"],
  ["/auth/users/login/", "auth-login/auth/users/login/"],
  ["/auth/agents/token", "auth-login/auth/agents/token"],
  ["/auth/github/authenticate", "auth-login/auth/github/authenticate"],
  ["/auth/users/login/x", "auth/auth/users/login/x"],
  ["/auth", "auth/auth"],
  ["/auth/users", "auth/auth/users"],
  ["/authority", undefined],
])("in mode enterprise, %s leads to %s", (path, expected) => {
  expect(leadsTo("enterprise")(path)).toBe(expected);
  expect(leadsTo("simple")(path)).toBeUndefined();
});
