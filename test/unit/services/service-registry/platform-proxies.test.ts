import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { KongState } from "../../../../services/service-registry/src/kong-entities.ts";
import { planKong } from "../../../../services/service-registry/src/plan.ts";
import {
  proxyEntities,
  readProxies,
  type PlatformProxy,
} from "../../../../services/service-registry/src/platform-proxies.ts";
import { planProxies } from "../../../../services/service-registry/src/proxy-plan.ts";
import { applyCall, emptyKong, entity } from "./model-kong.ts";
import { rulesOf } from "./rules.ts";

const STACK = "local";
const EVERYTHING = {
  KONG_BACKEND_HOST: "nasiko-backend",
  KONG_ROUTER_HOST: "nasiko-router:8000",
  KONG_WEB_HOST: "nasiko-web",
  KONG_N8N_HOST: "n8n",
  KONG_REGISTRY_HOST: "kong-service-registry",
};
const { proxies: all } = readProxies(EVERYTHING, "simple");

/** Kong after everything that was planned. */
const carriedOut = (proxies: readonly PlatformProxy[], kong: KongState, stack = STACK): KongState =>
  planProxies(proxies, { rules: rulesOf("simple", { stack }), kong })
    .flatMap(({ calls }) => calls)
    .reduce(applyCall, kong);
const callsOf = (proxies: readonly PlatformProxy[], kong: KongState): readonly string[] =>
  planProxies(proxies, { rules: rulesOf(), kong }).flatMap(({ calls }) =>
    calls.map(({ method, collection }) => `${method} ${collection}`),
  );
const only = (...names: readonly string[]): readonly PlatformProxy[] =>
  all.filter(({ name }) => names.includes(name));

describe("the variables", () => {
  test("name every route of the platform, and none for authentication", () => {
    expect(
      all.map(({ name, path, host, port, strip }) => ({ name, path, at: `${host}:${port}`, strip })),
    ).toEqual([
      { name: "backend-api-proxy", path: "/api", at: "nasiko-backend:8000", strip: false },
      { name: "nasiko-router", path: "/router", at: "nasiko-router:8000", strip: false },
      { name: "web-app-proxy", path: "/app", at: "nasiko-web:4000", strip: true },
      { name: "landing-page", path: "~/(?:app)?$", at: "nasiko-web:4000", strip: true },
      { name: "n8n", path: "/n8n", at: "n8n:5678", strip: true },
      { name: "gateway-status", path: "~/status$", at: "kong-service-registry:8080", strip: false },
      { name: "gateway-health", path: "~/health$", at: "kong-service-registry:8080", strip: false },
      { name: "gateway-agents", path: "~/agents$", at: "kong-service-registry:8080", strip: false },
    ]);
  });

  test("that are not set make no route", () => {
    expect(readProxies({}, "simple")).toEqual({ proxies: [], problems: [] });
    expect(
      readProxies({ KONG_WEB_HOST: "web", KONG_N8N_HOST: "" }, "simple").proxies.map(({ name }) => name),
    ).toEqual(["web-app-proxy", "landing-page"]);
  });

  test.each(["http://backend:8000", "backend:0", "backend:70000", "back end", "-backend", "backend/api"])(
    "that hold no host are named: %s",
    (KONG_BACKEND_HOST) => {
      expect(readProxies({ KONG_BACKEND_HOST }, "simple")).toEqual({
        proxies: [],
        problems: ["KONG_BACKEND_HOST must be host or host:port"],
      });
    },
  );
});

describe("a route to a service of the platform", () => {
  test("is written after its service and its plugins, with our tags", () => {
    expect(callsOf(only("nasiko-router"), emptyKong)).toEqual([
      "PUT services",
      "PUT plugins",
      "PUT plugins",
      "PUT routes",
    ]);
    const kong = carriedOut(only("nasiko-router"), emptyKong);
    expect(kong.plugins[0]?.name).toBe("cors");
    for (const part of [...kong.services, ...kong.plugins, ...kong.routes])
      expect(part.tags).toEqual(["nasiko", "nasiko-stack-local", "nasiko-proxy-nasiko-router"]);
  });

  test("does not hold back what a service says bit by bit", () => {
    const route = only("nasiko-router")
      .flatMap((proxy) => proxyEntities(rulesOf(), proxy))
      .at(-1);
    expect(route?.fields["response_buffering"]).toBe(false);
  });

  test("goes when its service is not part of the platform any more, and nothing else does", () => {
    const kong = carriedOut(all, emptyKong);
    const fewer = all.filter(({ name }) => name !== "n8n");
    expect(callsOf(fewer, kong)).toEqual([
      "DELETE routes",
      "DELETE plugins",
      "DELETE plugins",
      "DELETE services",
    ]);
    expect(carriedOut(fewer, kong)).toEqual(carriedOut(fewer, emptyKong));
  });

  test("follows its service to another port in one write", () => {
    const moved = readProxies({ ...EVERYTHING, KONG_BACKEND_HOST: "nasiko-backend:9000" }, "simple").proxies;
    expect(callsOf(moved, carriedOut(all, emptyKong))).toEqual(["PUT services"]);
  });

  test("leaves alone what somebody else gave the same name, and says so", () => {
    const foreign = entity({ id: "f1", name: "n8n", host: "elsewhere" });
    const plans = planProxies(only("n8n"), {
      rules: rulesOf(),
      kong: { ...emptyKong, services: [foreign] },
    });
    expect(plans).toEqual([
      {
        proxy: "n8n",
        calls: [],
        problem: "services/n8n exists in Kong and is not ours; it is left alone",
      },
    ]);
  });

  test("is nothing that the plan for agents would remove, nor the other way round", () => {
    const kong = carriedOut(all, emptyKong);
    const agents = planKong({
      rules: rulesOf(),
      containers: [],
      admissionOf: () => ({ kind: "admitted", failures: 0, card: {} }),
      kong,
    });
    expect(agents).toEqual([]);
  });
});

describe("for any choice of services, now and earlier", () => {
  const choice = fc.subarray([...all]);

  test("carrying out the plan leaves exactly what is wanted, and nothing to do", () =>
    fc.assert(
      fc.property(choice, choice, (before, now) => {
        const kong = carriedOut(now, carriedOut(before, emptyKong));
        expect(callsOf(now, kong)).toEqual([]);
        expect(new Set(kong.services.map(({ name }) => name))).toEqual(new Set(now.map(({ name }) => name)));
        expect(kong.routes).toHaveLength(now.length);
        for (const { serviceId } of kong.routes)
          expect(kong.plugins.some((plugin) => plugin.serviceId === serviceId)).toBe(true);
      }),
    ));

  test("another stack's routes stay", () =>
    fc.assert(
      fc.property(choice, (theirs) => {
        const kong = carriedOut(theirs, emptyKong, "other");
        expect(callsOf([], kong)).toEqual([]);
      }),
    ));
});
