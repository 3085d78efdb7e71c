import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";

import { kong } from "../../../../platform/services/kong.ts";
import { kongServiceRegistry } from "../../../../platform/services/kong-service-registry.ts";
import type { ServiceContext } from "../../../../platform/services/define-service.ts";
import { resolveSettings } from "../../../../platform/settings/resolve.ts";

function contextOf(has: ServiceContext["has"]): ServiceContext {
  const result = resolveSettings({ stack: "local", architecture: "x64", env: [], stackConfig: {} });
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join("\n"));
  return { settings: result.resolved.settings, has };
}
const MEASURED = contextOf((service) => service === "prometheus");
const ALONE = contextOf(() => false);

const ADDRESSES = { "kong-admin": "10.0.0.2", "kong-status": "10.0.1.3" };

/** What Kong is told by the command that starts its container, where these names have these addresses. */
function listeners(context: ServiceContext, addresses: Readonly<Record<string, string>> = ADDRESSES): string {
  const { command, env } = kong(context);
  const [script = ""] = command;
  const start = "exec /docker-entrypoint.sh kong docker-start";
  expect(script).toContain(start);
  const known = Object.entries(addresses).map(([name, address]) => `${name}) echo "${address} STREAM" ;;`);
  const getent = `getent() { case $2 in ${known.join(" ")} esac; }`;
  const shown = script.replace(start, 'echo "admin $KONG_ADMIN_LISTEN; status $KONG_STATUS_LISTEN"');
  return execFileSync("bash", ["-c", `${getent}; ${shown}`], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"], KONG_STATUS_LISTEN: env.KONG_STATUS_LISTEN },
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();
}

describe("without authentication the gateway listens", () => {
  test("on the control network's address and on loopback alone", () => {
    expect(listeners(ALONE)).toBe("admin 10.0.0.2:8001; status 127.0.0.1:8007");
    expect(kong(ALONE).aliases).toEqual({ control: ["kong-admin"] });
  });

  test("for Prometheus, where there is one, on the address of its network as well", () => {
    expect(listeners(MEASURED)).toBe("admin 10.0.0.2:8001; status 127.0.0.1:8007, 10.0.1.3:8100");
    expect(kong(MEASURED).aliases).toEqual({ control: ["kong-admin"], app: ["kong-status"] });
  });

  test("and not at all where an address is not known", () => {
    expect(() => listeners(MEASURED, { "kong-admin": "10.0.0.2" })).toThrow();
    expect(() => listeners(ALONE, {})).toThrow();
  });
});

test("requests are counted where somebody reads the figures", () => {
  expect(kongServiceRegistry(MEASURED).env).toMatchObject({ GATEWAY_COUNTS_REQUESTS: "true" });
  expect(kongServiceRegistry(ALONE).env).not.toHaveProperty("GATEWAY_COUNTS_REQUESTS");
});
