import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AgentContainer } from "../../../../services/service-registry/src/containers.ts";
import { planClosings, withoutClosed } from "../../../../services/service-registry/src/closing.ts";
import type { KongCall } from "../../../../services/service-registry/src/entity-plan.ts";
import {
  wantedEntities,
  type KongEntity,
  type KongState,
  type Wanted,
} from "../../../../services/service-registry/src/kong-entities.ts";
import { planBlind, planKong } from "../../../../services/service-registry/src/plan.ts";
import { proxyEntities, readProxies } from "../../../../services/service-registry/src/platform-proxies.ts";
import { planProxies } from "../../../../services/service-registry/src/proxy-plan.ts";
import { readSettings } from "../../../../services/service-registry/src/settings.ts";
import { applyCall, emptyKong, entity } from "./model-kong.ts";
import { rulesOf } from "./rules.ts";

const STACK = "local";
const EVERYTHING = {
  KONG_AUTH_HOST: "nasiko-auth-service",
  KONG_BACKEND_HOST: "nasiko-backend",
  KONG_ROUTER_HOST: "nasiko-router",
  KONG_WEB_HOST: "nasiko-web",
  KONG_N8N_HOST: "n8n",
  KONG_REGISTRY_HOST: "kong-service-registry",
};
const { proxies } = readProxies(EVERYTHING, "enterprise");
const translator: AgentContainer = {
  id: "c1",
  name: "nasiko-local-agent-translator-1",
  agent: "translator",
  hash: "v1:1",
  port: 5000,
  running: true,
  status: "Up",
};

const written = (kong: KongState, wanted: readonly Wanted[]): KongState =>
  wanted
    .map(({ collection, id, fields }): KongCall => ({ method: "PUT", collection, id, body: fields }))
    .reduce(applyCall, kong);
const of = (mode: "simple" | "enterprise"): KongState =>
  [
    ...proxies.map((proxy) => proxyEntities(rulesOf(mode), proxy)),
    wantedEntities(rulesOf(mode), translator),
  ].reduce(written, emptyKong);

const pluginsOf = (kong: KongState, { serviceId }: KongEntity): readonly string[] =>
  kong.plugins.filter((plugin) => plugin.serviceId === serviceId).flatMap(({ name }) => name ?? []);

/** Every path at the gateway, with the plugins that stand before it. */
const guardedPaths = (kong: KongState): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    kong.routes.map((route) => [String(route.fields["paths"]), pluginsOf(kong, route).toSorted()]),
  );

describe("in mode enterprise", () => {
  test("every path asks who calls, but for those that everybody needs first", () => {
    const known = ["acl", "cors", "jwt", "request-transformer"];
    // Agents are somebody else's code: even with a user's token there is no way for them to these.
    const guarded = ["acl", "cors", "ip-restriction", "jwt", "request-transformer"];
    const open = ["cors", "request-transformer"];
    const page = ["cors", "ip-restriction", "request-transformer"];
    const limited = ["cors", "rate-limiting", "request-transformer"];
    expect(guardedPaths(of("enterprise"))).toEqual({
      "/api": guarded,
      "/router": guarded,
      "/n8n": guarded,
      "~/agents$": known,
      "~/agents/agent-translator(?=/|$)": [...known, "response-transformer"],
      "~/auth/(?:users/login|agents/token|github/authenticate)/?$": limited,
      "~/auth(?=/|$)": limited,
      "/app": page,
      "~/(?:app)?$": page,
      "~/status$": open,
      "~/health$": open,
    });
  });

  test("an agent lets in who was granted it, and super users", () => {
    const acl = wantedEntities(rulesOf("enterprise"), translator).find(
      ({ fields }) => fields["name"] === "acl",
    );
    expect(acl?.fields["config"]).toEqual({
      allow: ["agent:translator", "nasiko-super-user"],
      hide_groups_header: true,
    });
  });

  test("what callers say about themselves goes nowhere, however it is spelt", () => {
    for (const wanted of proxies.map((proxy) => proxyEntities(rulesOf("enterprise"), proxy))) {
      const strip = wanted.find(({ fields }) => fields["name"] === "request-transformer");
      const { remove } = strip?.fields["config"] as { remove: { headers: readonly string[] } };
      for (const name of ["X-Subject-ID", "X-Subject-Type", "X-Is-Super-User", "X-Permissions", "X-Valid"])
        expect(remove.headers).toEqual(expect.arrayContaining([name, name.replaceAll("-", "_")]));
    }
  });

  test("nothing that proves who a caller is reaches an agent, and no claim that somebody is somebody", () => {
    const removed = removedBy(wantedEntities(rulesOf("enterprise"), translator));
    for (const name of ["authorization", "proxy-authorization", "proxy_authorization", "cookie"])
      expect(removed, name).toContain(name);
    for (const name of ["x_consumer_username", "x-consumer_id", "x_consumer-custom-id", "x-is_super-user"])
      expect(removed, name).toContain(name);
    // The plugin jwt has set these by then.
    expect(removed).not.toContain("x-consumer-username");
  });

  test("a plugin comes before the route that it guards", () => {
    for (const wanted of proxies.map((proxy) => proxyEntities(rulesOf("enterprise"), proxy))) {
      const kinds = wanted.map(({ collection }) => collection);
      expect(kinds.at(0)).toBe("services");
      expect(kinds.at(-1)).toBe("routes");
      expect(kinds.slice(1, -1).every((kind) => kind === "plugins")).toBe(true);
    }
  });
});

/** Names of the headers that the gateway takes off requests, in lower case. */
function removedBy(wanted: readonly Wanted[]): readonly string[] {
  const transformer = wanted.find(({ fields }) => fields["name"] === "request-transformer");
  const { remove } = transformer?.fields["config"] as { remove: { headers: readonly string[] } };
  return remove.headers.map((name) => name.toLowerCase());
}

describe("in mode simple", () => {
  test("an agent receives neither credentials nor claims, and its answers do not speak for the origin", () => {
    const wanted = wantedEntities(rulesOf("simple"), translator);
    expect(removedBy(wanted)).toEqual(
      expect.arrayContaining(["authorization", "cookie", "x-consumer-username", "x_is_super_user"]),
    );
    const answers = wanted.find(({ fields }) => fields["name"] === "response-transformer");
    expect(answers?.guards).toBe(true);
    expect(answers?.fields["config"]).toEqual({
      remove: {
        headers: [
          "Set-Cookie",
          "Service-Worker-Allowed",
          "Clear-Site-Data",
          "Content-Security-Policy",
          "X-Content-Type-Options",
        ],
      },
      add: { headers: ["Content-Security-Policy:sandbox", "X-Content-Type-Options:nosniff"] },
    });
  });

  test("nothing asks who calls, and there is no way to an auth service", () => {
    const { proxies: simple } = readProxies(EVERYTHING, "simple");
    expect(simple.map(({ name }) => name).filter((name) => name.startsWith("auth"))).toEqual([]);
    const guards = simple.flatMap((proxy) =>
      proxyEntities(rulesOf("simple"), proxy).flatMap(({ fields, guards: isGuard }) =>
        isGuard === true ? [String(fields["name"])] : [],
      ),
    );
    expect(new Set(guards)).toEqual(new Set(["ip-restriction", "request-transformer"]));
  });

  test("a mode that is neither is refused", () => {
    const environment = { DOCKER_HOST: "tcp://d:1", KONG_ADMIN_URL: "http://k:1", NASIKO_STACK: STACK };
    expect(readSettings(environment).rules.mode).toBe("simple");
    expect(readSettings({ ...environment, AUTH_MODE: "enterprise" }).rules.mode).toBe("enterprise");
    for (const AUTH_MODE of ["", "Enterprise", "none"])
      expect(() => readSettings({ ...environment, AUTH_MODE })).toThrow(
        /AUTH_MODE must be simple or enterprise/,
      );
  });
});

/** Routes of ours that let callers past a guard which is missing or was changed. */
function openRoutes(kong: KongState): readonly string[] {
  const right = of("enterprise");
  const missing = right.plugins.filter(
    ({ id, name, fields }) =>
      name !== "cors" &&
      !kong.plugins.some(
        (plugin) => plugin.id === id && JSON.stringify(plugin.fields) === JSON.stringify(fields),
      ),
  );
  const open = new Set(missing.map(({ serviceId }) => serviceId));
  return kong.routes.filter(({ serviceId }) => open.has(serviceId)).map(({ id }) => id);
}

describe("a guard that is missing", () => {
  const everything = of("enterprise");
  /** Kong after somebody took plugins away, changed some, or the mode was another one. */
  const damaged = fc
    .tuple(
      fc.constantFrom(everything, of("simple")),
      fc.subarray(everything.plugins.map(({ id }) => id)),
      fc.subarray(everything.plugins.map(({ id }) => id)),
    )
    .map(([kong, gone, changed]): KongState => ({
      ...kong,
      plugins: kong.plugins
        .filter(({ id }) => !gone.includes(id))
        .map((plugin) =>
          changed.includes(plugin.id) ? entity({ ...plugin.fields, enabled: false }) : plugin,
        ),
    }));
  const plans = (kong: KongState): readonly (readonly KongCall[])[] =>
    [
      ...planProxies(proxies, { rules: rulesOf("enterprise"), kong }),
      ...planKong({
        rules: rulesOf("enterprise"),
        kong,
        containers: [translator],
        admissionOf: () => ({ kind: "admitted", failures: 0, card: {} }),
      }),
    ].map(({ calls }) => calls);

  test("is put back, and everything is as it should be", () =>
    fc.assert(
      fc.property(damaged, (kong) => {
        const after = plans(kong).flat().reduce(applyCall, kong);
        expect(openRoutes(after)).toEqual([]);
        expect(guardedPaths(after)).toEqual(guardedPaths(everything));
        expect(plans(after).flat()).toEqual([]);
      }),
    ));

  test("leaves no route open when it cannot be put back", () =>
    fc.assert(
      fc.property(damaged, fc.constantFrom("jwt", "acl", "request-transformer"), (kong, impossible) => {
        const after = plans(kong).reduce((state, calls) => {
          const stop = calls.findIndex((call) => call.method === "PUT" && call.body["name"] === impossible);
          return calls.slice(0, stop === -1 ? calls.length : stop).reduce(applyCall, state);
        }, kong);
        expect(openRoutes(after)).toEqual([]);
      }),
    ));

  test("closes an agent's route also while the agent is silent or the containers are not known", () =>
    fc.assert(
      fc.property(damaged, fc.boolean(), (kong, isBlind) => {
        const agentPlans = isBlind
          ? planBlind({ rules: rulesOf("enterprise"), kong })
          : planKong({
              rules: rulesOf("enterprise"),
              kong,
              containers: [translator],
              admissionOf: () => ({ kind: "lost", failures: 9, reason: "refused" }),
            });
        const after = agentPlans.flatMap(({ calls }) => calls).reduce(applyCall, kong);
        const routeOf = (state: KongState): readonly string[] =>
          state.routes.filter(({ name }) => name === "agent-translator-route").map(({ id }) => id);
        const wasOpen = routeOf(kong).some((id) => openRoutes(kong).includes(id));
        expect(routeOf(after).length).toBe(wasOpen ? 0 : 1);
        expect(after.services).toEqual(kong.services);
      }),
    ));

  test("closes the routes of all at once, before anything is written", () =>
    fc.assert(
      fc.property(damaged, (kong) => {
        const closings = planClosings({ rules: rulesOf("enterprise"), kong, proxies });
        const after = closings.map(({ call }) => call).reduce(applyCall, kong);
        expect(openRoutes(after)).toEqual([]);
        expect(after).toEqual(withoutClosed(kong, closings));
        const open = openRoutes(kong);
        expect(closings.map(({ call }) => call.id).toSorted()).toEqual(open.toSorted());
      }),
    ));
});

describe("a route from before", () => {
  test("goes with a switch to mode enterprise when nobody wants it there", () => {
    const request = { kong: of("enterprise"), proxies: [] };
    const closed = planClosings({ ...request, rules: rulesOf("enterprise") });
    // The agent's alone is still wanted, and guarded.
    expect(closed).toHaveLength(request.kong.routes.length - 1);
  });

  test("of somebody else is left alone", () => {
    const foreign = entity({ id: "theirs", name: "theirs", tags: ["nasiko"], paths: ["/theirs"] });
    const kong = { ...emptyKong, routes: [foreign] };
    expect(planClosings({ rules: rulesOf("enterprise"), kong, proxies })).toEqual([]);
  });
});
