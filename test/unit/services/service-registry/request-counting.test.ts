import { describe, expect, test } from "vitest";
import type { KongState } from "../../../../services/service-registry/src/kong-entities.ts";
import { DEAD_ENDS, readProxies } from "../../../../services/service-registry/src/platform-proxies.ts";
import { planProxies } from "../../../../services/service-registry/src/proxy-plan.ts";
import { readSettings } from "../../../../services/service-registry/src/settings.ts";
import { applyCall, emptyKong, entity } from "./model-kong.ts";
import { rulesOf } from "./rules.ts";

const proxies = [...readProxies({ KONG_BACKEND_HOST: "backend" }, "simple").proxies, ...DEAD_ENDS];
const COUNTING = { rules: rulesOf("simple", { countsRequests: true }) };
const SILENT = { rules: rulesOf() };

const after = ({ rules }: typeof SILENT, kong: KongState): KongState =>
  planProxies(proxies, { rules, kong })
    .flatMap(({ calls }) => calls)
    .reduce(applyCall, kong);
const counting = ({ plugins }: KongState): KongState["plugins"] =>
  plugins.filter(({ name }) => name === "prometheus");

describe("requests are counted", () => {
  test("by one plugin for everything, which no route and no service has to itself", () => {
    const kong = after(COUNTING, emptyKong);
    expect(counting(kong)).toHaveLength(1);
    expect(counting(kong)[0]).toMatchObject({ serviceId: undefined, routeId: undefined });
    expect(counting(kong)[0]?.fields["config"]).toMatchObject({
      ...{ status_code_metrics: true, latency_metrics: true },
      ...{ per_consumer: false, bandwidth_metrics: false },
    });
    expect(planProxies(proxies, { ...COUNTING, kong }).flatMap(({ calls }) => calls)).toEqual([]);
  });

  test("no longer, once nobody reads the figures", () => {
    const kong = after(SILENT, after(COUNTING, emptyKong));
    expect(kong).toEqual(after(SILENT, emptyKong));
    expect(counting(kong)).toEqual([]);
  });

  test("again, when somebody changed or took away the plugin", () => {
    const kong = after(COUNTING, emptyKong);
    const changed = counting(kong).map(({ fields }) =>
      entity({ ...fields, config: { status_code_metrics: false } }),
    );
    const others = kong.plugins.filter(({ name }) => name !== "prometheus");
    for (const plugins of [others, [...others, ...changed]])
      expect(counting(after(COUNTING, { ...kong, plugins }))).toEqual(counting(kong));
  });

  test("by the operator's own plugin where there is one: it is left alone, and that is said", () => {
    const foreign = entity({ id: "f1", name: "prometheus" });
    const plans = planProxies([], { ...COUNTING, kong: { ...emptyKong, plugins: [foreign] } });
    expect(plans).toMatchObject([{ calls: [], problem: expect.stringContaining("not ours") as unknown }]);
    const elsewhere = entity({ id: "f2", name: "prometheus", service: { id: "s" } });
    expect(planProxies([], { ...COUNTING, kong: { ...emptyKong, plugins: [elsewhere] } })).toMatchObject([
      { calls: [{ method: "PUT", collection: "plugins" }], problem: undefined },
    ]);
  });

  test("as a variable says", () => {
    const environment = { DOCKER_HOST: "tcp://d:1", KONG_ADMIN_URL: "http://k:1", NASIKO_STACK: "local" };
    expect(readSettings(environment).rules.countsRequests).toBeUndefined();
    const read = (value: string): unknown =>
      readSettings({ ...environment, GATEWAY_COUNTS_REQUESTS: value }).rules.countsRequests;
    expect(read("true")).toBe(true);
    expect(read("false")).toBeUndefined();
    expect(() => read("yes")).toThrow(/GATEWAY_COUNTS_REQUESTS must be true or false/);
  });
});
