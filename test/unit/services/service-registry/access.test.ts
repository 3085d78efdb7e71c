import { describe, expect, test } from "vitest";
import { createAccess } from "../../../../services/service-registry/src/access.ts";
import { gatewaySecret } from "../../../../services/lib/derive-secret.ts";
import { REGISTRY } from "../../../../services/service-registry/src/gateway-secret.ts";
import type { AuthMode } from "../../../../services/service-registry/src/gateway-rules.ts";
import { agentsView, statusView, type Snapshot } from "../../../../services/service-registry/src/view.ts";

const TOKEN = "token-of-the-operator";
const SECRET = "a secret of the stack";
const GATEWAY = { "x-nasiko-gateway-secret": gatewaySecret(SECRET, REGISTRY) };

const asked = (
  mode: AuthMode,
  headers: Readonly<Record<string, string>>,
): ReturnType<ReturnType<typeof createAccess>> =>
  createAccess({ mode, token: TOKEN, secret: SECRET }, () => ["172.18.0.0/16"])(headers);

const container = (agent: string): Snapshot["agents"][number] => ({
  ...{ id: agent, name: `c-${agent}`, agent, hash: "v1:1", port: 5000, running: true, status: "Up" },
});
const snapshot: Snapshot = {
  kong: "healthy",
  dockerHealthy: true,
  inStep: true,
  lastSync: undefined,
  problems: ["secret-agent: its card has no name"],
  agents: [container("mine"), container("theirs")],
  unusable: [],
  admissionOf: (id) => ({ kind: "admitted", failures: 0, card: { name: id } }),
  served: new Map([
    ["mine", { container: "c-mine", hash: "v1:1", since: new Date(0) }],
    ["theirs", { container: "c-theirs", hash: "v1:1", since: new Date(0) }],
  ]),
};
/** The list that is answered, or why not. */
function listOf(mode: AuthMode, headers: Readonly<Record<string, string>>): unknown {
  const access = asked(mode, headers);
  return access.kind === "nothing" ? "nothing" : agentsView(snapshot, access);
}

describe("the list of agents", () => {
  test("is for nobody who does not prove anything", () => {
    for (const headers of [
      {},
      { authorization: "Bearer wrong" },
      { authorization: `Basic ${TOKEN}` },
      { "x-consumer-groups": "nasiko-super-user" },
      { "x-nasiko-gateway-secret": "wrong", "x-consumer-groups": "nasiko-super-user" },
      { "x-nasiko-gateway-secret": gatewaySecret(SECRET, "mine"), "x-consumer-groups": "nasiko-super-user" },
    ])
      for (const mode of ["simple", "enterprise"] as const) expect(listOf(mode, headers)).toBe("nothing");
    const bare = createAccess({ mode: "enterprise", token: undefined }, () => undefined);
    expect(bare({ authorization: "Bearer " }).kind).toBe("nothing");
    expect(bare({ "x-nasiko-gateway-secret": "" }).kind).toBe("nothing");
  });

  test("has everything for the operator, and for super users", () => {
    const everything = [
      { agent: "mine", served: { container: "c-mine" } },
      { agent: "theirs", served: { container: "c-theirs" } },
    ];
    expect(listOf("enterprise", { authorization: `Bearer ${TOKEN}` })).toMatchObject(everything);
    const groups = { "x-consumer-groups": "nasiko-user, nasiko-super-user" };
    expect(listOf("enterprise", { ...GATEWAY, ...groups })).toMatchObject(everything);
  });

  test("has for a user the agents that they may use, without names of containers", () => {
    const list = listOf("enterprise", { ...GATEWAY, "x-consumer-groups": "nasiko-user, agent:mine" });
    expect(list).toMatchObject([
      { agent: "mine", served: { hash: "v1:1", url_path: "/agents/agent-mine", card: { name: "mine" } } },
    ]);
    expect(JSON.stringify(list)).not.toContain("c-mine");
    expect(listOf("enterprise", { ...GATEWAY, "x-consumer-groups": "nasiko-user" })).toEqual([]);
    expect(listOf("enterprise", GATEWAY)).toEqual([]);
  });

  test("has for an agent how to call those that it may call, and nothing else", () => {
    const mine = { agent: "mine", served: { url_path: "/agents/agent-mine", card: { name: "mine" } } };
    const groups = { "x-consumer-groups": "nasiko-agent, agent:mine" };
    expect(listOf("enterprise", { ...GATEWAY, ...groups })).toEqual([mine]);
    expect(listOf("simple", { ...GATEWAY, "x-real-ip": "172.18.0.5" })).toMatchObject([
      mine,
      { agent: "theirs" },
    ]);
    expect(JSON.stringify(listOf("simple", { ...GATEWAY, "x-real-ip": "172.18.0.5" }))).not.toContain("hash");
    expect(listOf("simple", { ...GATEWAY, "x-real-ip": "172.19.0.1" })).toMatchObject([
      { candidates: [{ state: "admitted" }] },
      {},
    ]);
  });
});

test("the status tells names of agents to nobody else", () => {
  expect(JSON.stringify(statusView(snapshot, asked("simple", GATEWAY)))).not.toContain("secret-agent");
  expect(statusView(snapshot, asked("simple", {})).problems).toEqual([
    "1 problem, of which the operator is told more",
  ]);
  const operator = asked("simple", { authorization: `Bearer ${TOKEN}` });
  expect(statusView(snapshot, operator).problems).toEqual(snapshot.problems);
});
