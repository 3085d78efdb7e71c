import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { GatewayRules } from "../../../../../services/service-registry/src/gateway-rules.ts";
import { planProxies } from "../../../../../services/service-registry/src/proxy-plan.ts";
import { BUILD_TIME } from "../../images/containers.ts";
import { ask, eventually } from "./http.ts";
import { World } from "./world.ts";

const RULES: GatewayRules = {
  ...{ stack: "metrics", mode: "simple" as const, hosts: ["kong"], origins: [] },
  countsRequests: true,
};
const NOTHING = { services: [], plugins: [], routes: [] };

/** What Prometheus takes: comments, and names with labels and a number. */
const LINE =
  /^(?:# (?:HELP|TYPE) [a-z_]+ .+|[a-z_]+(?:\{[a-z_]+="(?:[^"\\\n]|\\["\\n])*"(?:,[a-z_]+="(?:[^"\\\n]|\\["\\n])*")*\})? (?:\d+(?:\.\d+)?))$/;

describe("the gateway's figures", () => {
  let world: World;
  beforeAll(async () => {
    world = await World.ready();
    await world.startUpstream("agent");
    await world.expose("/agent", "agent");
    await eventually(async () => (await world.proxy("/agent/x")).status === 200);
  }, BUILD_TIME);
  afterAll(() => world.clean());

  const figures = async (): Promise<readonly string[]> => {
    const { status, headers, text } = await ask({ port: world.port("status"), path: "/metrics" });
    expect(status).toBe(200);
    expect(headers["content-type"]).toMatch(/^text\/plain/);
    const lines = text.trimEnd().split("\n");
    expect(lines.filter((line) => !LINE.test(line))).toEqual([]);
    return lines;
  };
  const of = async (name: string): Promise<readonly string[]> =>
    (await figures()).filter((line) => line.startsWith(name));

  test("are those of the node alone until the registry asks for more", async () => {
    expect(await of("kong_datastore_reachable")).toEqual(["kong_datastore_reachable 1"]);
    expect(await of("kong_node_info")).toHaveLength(1);
    expect(await of("kong_http_requests_total")).toEqual([]);
  });

  test("say how often which route answered what, and how long that took", async () => {
    for (const { calls } of planProxies([], { rules: RULES, kong: NOTHING }))
      for (const call of calls) {
        const body = call.method === "PUT" ? call.body : undefined;
        const path = `/${call.collection}/${call.id}`;
        expect(await world.admin(call.method, path, body)).toMatchObject({ status: 200 });
      }
    for (const path of ["/agent/x", "/agent/y", "/agent/broken", "/nowhere"]) await world.proxy(path);
    const counted = (code: number, count: number): string =>
      `kong_http_requests_total{service="-agent",route="-agent",code="${code}",source="service",workspace="default",consumer=""} ${count}`;
    await expect.poll(() => of("kong_http_requests_total")).toEqual([counted(200, 2), counted(503, 1)]);
    const labels = `service="-agent",route="-agent",workspace="default"`;
    for (const kind of ["request", "upstream", "kong"]) {
      expect(await of(`kong_${kind}_latency_ms_count`)).toEqual([
        `kong_${kind}_latency_ms_count{${labels}} 3`,
      ]);
      expect(await of(`kong_${kind}_latency_ms_bucket`)).toContain(
        `kong_${kind}_latency_ms_bucket{${labels},le="+Inf"} 3`,
      );
    }
  });

  test("of a route leave with it", async () => {
    await world.admin("DELETE", "/routes/-agent");
    expect(await of("kong_http_requests_total")).toEqual([]);
    expect(await of("kong_node_info")).toHaveLength(1);
  });
});
