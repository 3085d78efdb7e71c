import type { GatewayRules } from "../../../../services/service-registry/src/gateway-rules.ts";

/** Rules of a gateway; the origins are those of its own pages. */
export const rulesOf = (
  mode: GatewayRules["mode"] = "simple",
  over: Partial<GatewayRules> = {},
): GatewayRules => ({
  stack: "local",
  mode,
  hosts: ["127.0.0.1", "localhost", "kong"],
  origins: ["http://127.0.0.1:9100", "http://localhost:9100"],
  agentAddresses: ["192.0.2.0/24"],
  secret: "a secret of the stack",
  ...over,
});
