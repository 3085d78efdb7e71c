import { beforeAll, describe, expect, test } from "vitest";

import { Platform } from "../../../components/docker/platform.ts";
import { type Blueprint, buildBlueprint } from "../../../platform/blueprint/blueprint.ts";
import { catalogue } from "../../../platform/services/catalogue.ts";
import { resolveSettings } from "../../../platform/settings/resolve.ts";
import { checkRegistrations, type RegisteredResource } from "../../../policies/check-registrations.ts";
import { declaredBy } from "../components/docker/mocks.ts";

const root = new URL("../../..", import.meta.url).pathname;
const today = "2027-06-01";
const CONTAINER = "docker:index/container:Container";

let blueprint: Blueprint;
/** What the program registers, in its own order. */
let registered: readonly RegisteredResource[];

beforeAll(async () => {
  const stackConfig = { "nasiko:publicImages": "offline", "nasiko:agents": "" };
  const result = resolveSettings({ stack: "local", architecture: "x64", env: [], stackConfig });
  if (!result.ok) throw new Error(result.problems[0]?.message);
  blueprint = buildBlueprint({ root, settings: result.resolved.settings, catalogue });
  const declared = await declaredBy(() => new Platform("nasiko", { blueprint }));
  registered = declared.map(({ type, name, inputs, options }) => ({
    urn: `urn:pulumi:local::nasiko::${type}::${name}`,
    type,
    inputs,
    protect: options.protect ?? false,
  }));
});

const analyze = (): ReturnType<typeof checkRegistrations> => checkRegistrations({ blueprint, today });
const named = (name: string, type = CONTAINER): RegisteredResource => {
  const found = registered.find((resource) => resource.type === type && resource.urn.endsWith(`::${name}`));
  if (found === undefined) throw new Error(`the program declares no ${name}`);
  return found;
};
const changed = (name: string, change: object, type?: string): RegisteredResource => {
  const resource = named(name, type);
  return { ...resource, inputs: { ...resource.inputs, ...change } };
};
const rulesAgainst = (...resources: readonly RegisteredResource[]): readonly string[] => {
  const ask = analyze();
  return resources.flatMap((resource) => ask(resource).map(({ rule }) => rule));
};

test("what the program declares passes, all of it and each by itself", () => {
  expect(registered.length).toBeGreaterThan(50);
  expect(rulesAgainst(...registered)).toEqual([]);
  for (const resource of registered) expect(analyze()(resource), resource.urn).toEqual([]);
});

describe("what the rules refuse on the blueprint is refused when it is registered", () => {
  test.for<readonly [string, string, object]>([
    ["a privileged container", "C01", { privileged: true }],
    ["the machine's files", "C06", { volumes: [{ hostPath: "/", containerPath: "/host" }] }],
    [
      "a folder of somebody's",
      "C06",
      { mounts: [{ type: "bind", source: "/home/alice", target: "/home", readOnly: true }] },
    ],
    [
      "the engine's socket",
      "C05",
      { volumes: [{ hostPath: "/var/run/docker.sock", containerPath: "/var/run/docker.sock" }] },
    ],
    ["the machine's network", "C10", { networkMode: "host" }],
    ["the machine's processes", "C10", { pidMode: "host" }],
    ["another container's network", "C10", { networkMode: "container:mongodb" }],
    ["another container's volumes", "C30", { volumes: [{ fromContainer: "nasiko-local-mongodb" }] }],
    ["a device", "C30", { devices: [{ hostPath: "/dev/sda" }] }],
    ["another runtime", "C30", { runtime: "runc-unconfined" }],
    ["capabilities", "C02", { capabilities: { adds: ["SYS_ADMIN"], drops: ["ALL"] } }],
    ["no seccomp", "C04", { securityOpts: ["no-new-privileges:true", "seccomp=unconfined"] }],
    ["no memory limit", "C15", { memory: undefined }],
    ["a port on every address", "C12", { ports: [{ internal: 6379, external: 6379 }] }],
    ["the engine's default network", "C11", { networksAdvanced: [] }],
    ["no labels", "C31", { labels: [] }],
  ])("%s by %s", ([, rule, change]) => {
    expect(rulesAgainst(changed("redis", change))).toContain(rule);
  });

  test("the label of another stack", () => {
    const { inputs } = named("redis");
    const labels = (inputs["labels"] as readonly { readonly label: string; readonly value: string }[]).map(
      ({ label, value }) => ({ label, value: label === "nasiko.stack" ? "blue" : value }),
    );
    expect(rulesAgainst(changed("redis", { labels }))).toEqual(["S09"]);
  });

  test("a volume that is a folder of the machine", () => {
    const driverOpts = { type: "none", o: "bind", device: "/" };
    expect(rulesAgainst(changed("redis-data", { driverOpts }, "docker:index/volume:Volume"))).toContain(
      "S08",
    );
  });

  test("a second writer of another one's volume", () => {
    const { inputs } = named("redis");
    expect(rulesAgainst(changed("kong", { volumes: inputs["volumes"] }))).toContain("S02");
  });

  test("an agent on the network of the data stores", () => {
    // Redis stands on that network, and has everything else that a container needs.
    const labels = Object.entries({
      "nasiko.stack": "local",
      "nasiko.agent": "spy",
      "nasiko.kind": "agent",
      "nasiko.hash": "0123456789abcdef",
      "nasiko.managed-by": "pulumi",
    }).map(([label, value]) => ({ label, value }));
    const spy = { ...changed("redis", { labels, volumes: [] }), urn: "urn:spy" };
    expect(rulesAgainst(spy)).toEqual(["S03"]);
  });

  test("another program in the name of a filtering proxy", () => {
    expect(rulesAgainst(changed("docker-proxy-read", { image: "alpine:3" }))).toContain("blueprint");
  });

  test("a second holder of the engine's socket", () => {
    const proxy = named("docker-proxy-read");
    const twin = { ...proxy, urn: `${proxy.urn}-2`, inputs: { ...proxy.inputs, name: "other" } };
    expect(rulesAgainst(proxy, twin)).toContain("S07");
  });

  test("arguments that nobody can read", () => {
    expect(rulesAgainst(changed("redis", { privileged: "yes" }))).toEqual(["arguments"]);
  });
});

test("a refused resource is forgotten, so that the right one passes after it", () => {
  const ask = analyze();
  expect(ask(changed("redis", { privileged: true }))).not.toEqual([]);
  expect(ask(named("redis"))).toEqual([]);
});

test("what a preview knows nothing of yet is no violation", () => {
  const { memory, ...inputs } = named("redis").inputs;
  expect(memory).toBeDefined();
  const { networksAdvanced, ...rest } = inputs;
  expect(networksAdvanced).toBeDefined();
  const reported = [
    { rule: "C15", level: "mandatory", subject: "redis", message: "has no memory limit" },
  ] as const;
  const ask = checkRegistrations({ blueprint, today, reported });
  expect(ask({ ...named("redis"), inputs: { ...rest, networksAdvanced } })).toEqual([]);
});
