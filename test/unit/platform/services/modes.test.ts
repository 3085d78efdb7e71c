import { describe, expect, test } from "vitest";
import { buildBlueprint, type Blueprint } from "../../../../platform/blueprint/blueprint.ts";
import { catalogue } from "../../../../platform/services/catalogue.ts";
import { loadSettings } from "../../../../platform/settings/load.ts";

const root = `${import.meta.dirname}/../../../..`;
const drawn = (environment: Readonly<Record<string, string>>): Blueprint =>
  buildBlueprint({
    root,
    settings: loadSettings({ root, stack: "modes", environment, stackConfig: {} }).settings,
    catalogue,
  });
const membersOf = ({ layers }: Blueprint, kind: "service" | "job"): readonly string[] =>
  layers.flatMap(({ services }) =>
    services.filter((service) => service.kind === kind).map(({ name }) => name),
  );

const simple = drawn({ AUTH_MODE: "simple" });
const enterprise = drawn({ AUTH_MODE: "enterprise" });
const AUTH = ["nasiko-auth-redis", "nasiko-auth-service"];

describe("mode enterprise", () => {
  test("has exactly the auth part more: two services and a job", () => {
    expect(membersOf(enterprise, "service").toSorted()).toEqual(
      [...membersOf(simple, "service"), ...AUTH].toSorted(),
    );
    expect(membersOf(enterprise, "job").toSorted()).toEqual(
      [...membersOf(simple, "job"), "nasiko-superuser-init"].toSorted(),
    );
    expect(membersOf(enterprise, "job")).toHaveLength(4);
  });

  test("has the same volumes and secrets, so that a switch keeps all data", () => {
    expect(enterprise.volumes).toEqual(simple.volumes);
    expect(enterprise.secrets.toSorted()).toEqual(simple.secrets.toSorted());
  });

  test("keeps what an earlier version declared and may protect", () => {
    for (const mode of [simple, enterprise])
      expect(mode.secrets).toEqual(
        expect.arrayContaining(["oauth-state-key", "session-key", "user-credentials-key"]),
      );
  });

  test("opens no route before the auth service is there, however little is asked for", () => {
    const little = drawn({ AUTH_MODE: "enterprise", NASIKO_SERVICES: "kong-service-registry" });
    const order = little.layers.flatMap(({ services }) => services.map(({ name }) => name));
    expect(order).toEqual(expect.arrayContaining(AUTH));
    expect(order.indexOf("nasiko-auth-service")).toBeLessThan(order.indexOf("kong-service-registry"));
  });

  test("reserves the names of its agents, without another container for it", () => {
    const job = enterprise.layers
      .flatMap(({ services }) => services)
      .find(({ name }) => name === "nasiko-superuser-init");
    expect(job?.container.env["STACK_AGENTS"]).toBe(enterprise.agents.map(({ name }) => name).join(","));
    const others = JSON.stringify(
      enterprise.layers.flatMap(({ services }) => services).filter((service) => service !== job),
    );
    expect(others).not.toContain("STACK_AGENTS");
  });

  test("gives each agent a secret of its own, derived and never written down", () => {
    const [agent] = enterprise.agents;
    expect(agent?.container.env["AGENT_ACCESS_SECRET"]).toEqual({
      kind: "derived",
      from: { kind: "secret", secret: "agents-access-secret" },
      message: "stack:translator",
    });
    expect(simple.agents[0]?.container.env).not.toHaveProperty("AGENT_ACCESS_SECRET");
  });
});

test("what exists in the other mode only cannot be asked for, with the way to it", () => {
  expect(() => drawn({ NASIKO_SERVICES: "nasiko-auth-service" })).toThrow(
    expect.objectContaining({
      code: "NSK-SERVICE-OF-OTHER-MODE",
      suggestion: "AUTH_MODE=enterprise ./nasiko local up",
    }),
  );
});
