import { describe, expect, test } from "vitest";
import { pluginKinds } from "../../../../../offline/stand-ins/kong/src/plugins/kinds.ts";
import { planRequest } from "../../../../../offline/stand-ins/kong/src/proxy/plan.ts";
import { buildSnapshot } from "../../../../../offline/stand-ins/kong/src/proxy/snapshot.ts";
import { examplePlugin, exampleRoute, exampleService, stored } from "./examples.ts";

const kinds = pluginKinds(() => 0);
const service = exampleService({ name: "s" });
const route = exampleRoute({ paths: ["/"], service: { id: service.id } });

/** Status for a client of this address; undefined: passed on. */
function status(config: Readonly<Record<string, unknown>>, clientAddress: string): unknown {
  const plugins = [examplePlugin(kinds, { name: "ip-restriction", config })];
  const snapshot = buildSnapshot(stored({ services: [service], routes: [route], plugins }), kinds);
  const plan = planRequest(snapshot, {
    ...{
      method: "GET",
      target: "/",
      httpVersion: "1.1",
      rawHeaders: ["Host", "h", "X-Forwarded-For", "10.0.0.1"],
    },
    ...{ clientAddress, localPort: 8000, secure: false, requestId: "r" },
  });
  return plan.kind === "answer" ? [plan.answer.status, plan.answer.error] : undefined;
}

describe("by address", () => {
  test("a client is denied, whatever it says about others", () => {
    const deny = ["10.0.0.0/8", "192.0.2.7", "fd00::/8"];
    for (const address of ["10.255.0.1", "192.0.2.7", "fd12::1"])
      expect(status({ deny }, address)).toEqual([403, `IP address not allowed: ${address}`]);
    for (const address of ["11.0.0.1", "192.0.2.8", "fe80::1"])
      expect(status({ deny }, address)).toBeUndefined();
  });

  test("only who is allowed passes, and who is denied, too, does not", () => {
    const allow = ["10.0.0.0/8"];
    expect(status({ allow }, "10.1.1.1")).toBeUndefined();
    expect(status({ allow, status: 421, message: "no" }, "11.1.1.1")).toEqual([421, "no"]);
    expect(status({ allow, deny: ["10.1.0.0/16"] }, "10.1.1.1")).toHaveProperty("0", 403);
    expect(status({ allow }, "unknown")).toHaveProperty("0", 403);
  });

  test.each([{}, { deny: [] }, { deny: ["10.0.0.0/33"] }, { deny: ["all"] }, { allow: ["10.0.0.1/8/8"] }])(
    "a configuration that says nothing is refused: %j",
    (config) => {
      expect(kinds.get("ip-restriction")?.config.parse(config).ok).toBe(false);
    },
  );
});
