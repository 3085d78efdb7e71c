import { expect, test } from "vitest";
import { buildRouter, upstreamPath } from "../../../../offline/stand-ins/kong/src/proxy/router.ts";
import {
  DEAD_ENDS,
  proxyEntities,
  readProxies,
} from "../../../../services/service-registry/src/platform-proxies.ts";
import type { AuthMode } from "../../../../services/service-registry/src/gateway-rules.ts";
import { wantedEntities } from "../../../../services/service-registry/src/kong-entities.ts";
import { rulesOf } from "./rules.ts";
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

/** Service at the gateway and what it is asked for; the name of the dead end where no other route fits. */
function leadsTo(mode: AuthMode): (path: string, host?: string, origin?: string) => string {
  const { proxies } = readProxies(HOSTS, mode);
  const groups = [
    ...[...proxies, ...DEAD_ENDS].map((proxy) => proxyEntities(rulesOf(mode), proxy)),
    wantedEntities(rulesOf(mode), agent),
  ];
  const targets = groups.map((entities) => {
    const fieldsOf = (collection: string): Readonly<Record<string, unknown>> =>
      entities.find((entity) => entity.collection === collection)?.fields ?? {};
    return { service: fieldsOf("services"), route: exampleRoute(fieldsOf("routes")) };
  });
  const router = buildRouter(targets, ({ route }) => route);
  return (path, host = "localhost:9100", origin) => {
    const headers = (name: string): readonly string[] =>
      name === "origin" && origin !== undefined ? [origin] : [];
    const match = router({ method: "GET", path, host, headers });
    if (match === undefined) return "nowhere";
    const { route, service } = match.target;
    if (DEAD_ENDS.some(({ name }) => name === service["name"])) return String(service["name"]);
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
  ["/agents/agent-y/", "no-route"],
  ["/agents/", "no-route"],
  ["/auth/users/login", "no-route"],
  ["/status/ready", "no-route"],
  ["/favicon.ico", "no-route"],
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
  ["/authority", "no-route"],
])("in mode enterprise, %s leads to %s", (path, expected) => {
  expect(leadsTo("enterprise")(path)).toBe(expected);
  expect(leadsTo("simple")(path)).toBe("no-route");
});

test.each(["/", "/app/", "/api/v1/healthcheck", "/agents/agent-x/", "/status", "/no/such/path"])(
  "asked under a name that is not its own, the gateway leads nowhere: %s",
  (path) => {
    const foreign = [
      "evil.example",
      "evil.example:9100",
      "localhost.evil.example",
      "127.0.0.1.evil.example:80",
      "",
    ];
    for (const mode of ["simple", "enterprise"] as const)
      for (const host of foreign) expect(leadsTo(mode)(path, host), host).toBe("unknown-host");
    for (const host of ["127.0.0.1:9100", "kong:8000", "LOCALHOST"])
      expect(leadsTo("simple")(path, host), host).not.toBe("unknown-host");
  },
);

test.each(["/", "/app/", "/api/v1/agents/upload", "/agents/agent-x/", "/agents", "/router", "/no/such/path"])(
  "asked by a page of another origin, the gateway leads nowhere: %s",
  (path) => {
    const foreign = [
      "http://evil.example",
      "null",
      "",
      "https://127.0.0.1:9100",
      "http://127.0.0.1:9100.evil.example",
      "http://127.0.0.1:91000",
      "http://127x0x0x1:9100",
      "http://evil.example/http://127.0.0.1:9100",
      "http://localhost:8888",
      "http://127.0.0.1:9100 http://evil.example",
    ];
    for (const mode of ["simple", "enterprise"] as const) {
      for (const origin of foreign)
        expect(leadsTo(mode)(path, "localhost:9100", origin), origin).toBe("foreign-page");
      for (const origin of ["http://127.0.0.1:9100", "HTTP://LOCALHOST:9100", undefined])
        expect(leadsTo(mode)(path, "localhost:9100", origin), origin).not.toBe("foreign-page");
      expect(leadsTo(mode)(path, "evil.example", "http://evil.example")).toBe("unknown-host");
    }
  },
);
