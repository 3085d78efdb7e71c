import { describe, expect, test } from "vitest";
import { buildRouter } from "../../../../offline/stand-ins/kong/src/proxy/router.ts";
import { telemetrySecret } from "../../../../services/lib/derive-secret.ts";
import type {
  GatewayRules,
  TelemetryRules,
} from "../../../../services/service-registry/src/gateway-rules.ts";
import type { Wanted } from "../../../../services/service-registry/src/kong-entities.ts";
import { DEAD_ENDS, proxyEntities } from "../../../../services/service-registry/src/platform-proxies.ts";
import { planProxies } from "../../../../services/service-registry/src/proxy-plan.ts";
import {
  heldSenders,
  telemetryProxies,
} from "../../../../services/service-registry/src/telemetry-proxies.ts";
import { exampleRoute } from "../../offline/stand-ins/kong/examples.ts";
import { applyCall, emptyKong } from "./model-kong.ts";
import { rulesOf } from "./rules.ts";

const SECRET = "a secret of the stack, long enough";
const intake = (signals: TelemetryRules["signals"]): TelemetryRules => ({
  ...{ host: "collector", port: 4320, secret: SECRET, signals },
});
const rules = (over: Partial<GatewayRules> = {}): GatewayRules =>
  rulesOf("simple", { telemetry: intake(["traces"]), ...over });
const bearer = (sender: string): string => `Bearer ${telemetrySecret(SECRET, sender)}`;

interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly host?: string;
  readonly authorization?: string;
  readonly origin?: string;
}

/** Name of the gateway's service that a request comes to. */
function leadsTo(agents: readonly string[], given = rules()): (asked: Asked) => string {
  const proxies = [...telemetryProxies(given, agents), ...DEAD_ENDS];
  const targets = proxies.map((proxy) => ({
    name: proxy.name,
    route: exampleRoute(
      proxyEntities(given, proxy).find(({ collection }) => collection === "routes")?.fields ?? {},
    ),
  }));
  const router = buildRouter(targets, ({ route }) => route);
  return ({ method = "POST", path = "/v1/traces", host = "otel-collector:4318", ...headers }) => {
    const valuesOf = (name: string): readonly string[] =>
      Object.entries(headers).flatMap(([header, value]) => (header === name ? [value] : []));
    return router({ method, path, host, headers: valuesOf })?.target.name ?? "nowhere";
  };
}

const configOf = (wanted: readonly Wanted[], plugin: string): unknown =>
  wanted.find(({ fields }) => fields["name"] === plugin)?.fields["config"];

describe("telemetry of agents", () => {
  test("goes through by the sender's own credential, and by no other's", () => {
    const asked = leadsTo(["a", "b"]);
    expect(asked({ authorization: bearer("a") })).toBe("traces-of-a");
    expect(asked({ authorization: bearer("b") })).toBe("traces-of-b");
    for (const authorization of [
      bearer("c"),
      "Bearer ",
      bearer("a").replace("Bearer ", ""),
      `${bearer("a")} x`,
    ])
      expect(asked({ authorization }), authorization).toBe("telemetry-refused");
    expect(asked({})).toBe("telemetry-refused");
  });

  test("is traces alone, and posted", () => {
    const asked = leadsTo(["a"]);
    const authorization = bearer("a");
    for (const path of [
      "/v1/metrics",
      "/v1/logs",
      "/",
      "/v1/traces/",
      "/v1/traces/x",
      "/status",
      "/x/v1/traces",
    ])
      expect(asked({ path, authorization }), path).toBe("telemetry-elsewhere");
    expect(asked({ method: "GET", authorization })).toBe("telemetry-refused");
  });

  test("holds metrics as well where somebody takes them", () => {
    const asked = leadsTo(["a"], rules({ telemetry: intake(["traces", "metrics"]) }));
    const authorization = bearer("a");
    expect(asked({ path: "/v1/metrics", authorization })).toBe("metrics-of-a");
    expect(asked({ path: "/v1/metrics" })).toBe("telemetry-refused");
    expect(asked({ path: "/v1/logs", authorization })).toBe("telemetry-elsewhere");
  });

  test("is taken under the collector's name alone", () => {
    const asked = leadsTo(["a"]);
    expect(asked({ host: "kong:4318", authorization: bearer("a") })).toBe("no-route");
    expect(asked({ host: "evil.example", authorization: bearer("a") })).toBe("unknown-host");
  });

  test("carries what the gateway says of the sender, and nothing that the sender says of itself", () => {
    const [proxy] = telemetryProxies(rules(), ["a"]).filter(({ name }) => name === "traces-of-a");
    if (proxy === undefined) throw new Error("no proxy");
    const wanted = proxyEntities(rules(), proxy);
    const transformer = configOf(wanted, "request-transformer");
    expect(transformer).toMatchObject({
      add: {
        headers: ["X-Nasiko-Sender:a", "X-Nasiko-Namespace:nasiko-agents", "X-Nasiko-Project:a"],
      },
      remove: {
        headers: expect.arrayContaining([
          ...["Authorization", "Cookie", "X-Nasiko-Sender", "X_Nasiko_Sender", "X-Nasiko_Project"],
          ...["X-Nasiko-Namespace", "X-Nasiko-Gateway-Secret"],
        ]) as string[],
      },
    });
    expect(JSON.stringify(transformer)).not.toContain(telemetrySecret(SECRET, "a"));
    // No route without them.
    const guards = wanted.filter((entity) => entity.guards === true).map(({ fields }) => fields["name"]);
    expect(guards).toEqual(["rate-limiting", "request-size-limiting", "request-transformer"]);
    expect(configOf(wanted, "opentelemetry")).toBeUndefined();
    expect(configOf(wanted, "rate-limiting")).toMatchObject({ limit_by: "service", policy: "local" });
  });

  test.each(["nasiko", "nasiko-router", "kong", "kong-service-registry", "default"])(
    "is refused to an agent that has a name of the platform's: %s",
    (agent) => {
      expect(leadsTo([agent])({ authorization: bearer(agent) })).toBe("telemetry-refused");
    },
  );

  test("is nobody's where nobody takes it", () => {
    expect(telemetryProxies(rulesOf(), ["a"])).toEqual([]);
  });
});

describe("services of the platform that reach the collector through the gateway", () => {
  test("have names of their own, by either of its names", () => {
    const asked = leadsTo([]);
    for (const service of ["kong-service-registry", "nasiko-auth-service"])
      for (const host of ["otel-collector:4318", "kong:4318"])
        expect(asked({ host, authorization: bearer(`service:${service}`) })).toBe(`traces-of-${service}`);
  });

  test("keep their place when an agent's name is that of one of them", () => {
    const names = telemetryProxies(rules(), ["kong-service-registry"]).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("while nobody knows which agents there are", () => {
  const kong = planProxies(telemetryProxies(rules(), ["a", "b"]), { rules: rules(), kong: emptyKong })
    .flatMap(({ calls }) => calls)
    .reduce(applyCall, emptyKong);

  test("what is there stays", () => {
    expect(heldSenders(kong, "local")).toEqual(expect.arrayContaining(["a", "b"]));
    const proxies = telemetryProxies(rules(), heldSenders(kong, "local"));
    expect(planProxies(proxies, { rules: rules(), kong }).flatMap(({ calls }) => calls)).toEqual([]);
  });

  test("an agent that is gone loses its route", () => {
    const calls = planProxies(telemetryProxies(rules(), ["a"]), { rules: rules(), kong }).flatMap(
      (plan) => plan.calls,
    );
    expect(new Set(calls.map(({ method }) => method))).toEqual(new Set(["DELETE"]));
    expect(heldSenders(calls.reduce(applyCall, kong), "local")).not.toContain("b");
  });
});
