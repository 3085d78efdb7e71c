import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test, vi } from "vitest";

import { outlivesDown } from "../../../../cli/stack/state/deployment.ts";
import { Platform } from "../../../../components/docker/platform.ts";
import { buildBlueprint } from "../../../../platform/blueprint/blueprint.ts";
import { catalogue } from "../../../../platform/services/catalogue.ts";
import { resolveSettings } from "../../../../platform/settings/resolve.ts";
import { declaredBy, ofType } from "./mocks.ts";

const CONTAINER = "docker:index/container:Container";

const root = new URL("../../../..", import.meta.url).pathname;

function blueprint(stackConfig: Readonly<Record<string, string>> = {}): ReturnType<typeof buildBlueprint> {
  const result = resolveSettings({ stack: "local", architecture: "x64", env: [], stackConfig });
  if (!result.ok) throw new Error(result.problems[0]?.message);
  const { settings } = result.resolved;
  return buildBlueprint({ root, settings, catalogue });
}

/** The registry answers that it serves whatever the blueprint wants. */
function serveEverything(plan: ReturnType<typeof buildBlueprint>): void {
  const hash = plan.agents[0]?.hash ?? "";
  vi.spyOn(globalThis, "fetch").mockImplementation(() =>
    Promise.resolve(Response.json({ served: { hash }, candidates: [] })),
  );
}

describe("the platform", () => {
  test("declares a container for each service and agent, hardened", async () => {
    const plan = blueprint();
    serveEverything(plan);
    const containers = ofType(await declaredBy(() => new Platform("nasiko", { blueprint: plan })), CONTAINER);

    expect(containers.map(({ inputs }) => inputs["name"])).toEqual(
      expect.arrayContaining([
        "nasiko-local-redis",
        "nasiko-local-kong-database",
        "nasiko-local-kong-migrations",
        "nasiko-local-kong",
        "nasiko-local-docker-proxy-read",
        "nasiko-local-kong-service-registry",
        plan.agents[0]?.container.name,
      ]),
    );
    for (const { inputs } of containers) {
      expect(inputs).toMatchObject({
        capabilities: { drops: ["ALL"] },
        securityOpts: ["no-new-privileges:true"],
        logDriver: "json-file",
        logOpts: { "max-file": "3", "max-size": "10m" },
        init: true,
      });
      expect(inputs["memorySwap"]).toBe(inputs["memory"]);
      expect(inputs["memory"]).toBeGreaterThan(0);
      expect(inputs["destroyGraceSeconds"]).toBeGreaterThan(0);
      expect(inputs["privileged"]).toBeUndefined();
    }
  });

  test("hands out the super user's credentials in mode enterprise only, as a secret", async () => {
    const plan = blueprint({ "nasiko:authMode": "enterprise", "nasiko:running": "false" });
    let found: Platform["superuser"];
    await declaredBy(() => {
      found = new Platform("nasiko", { blueprint: plan }).superuser;
    });
    if (found === undefined) throw new Error("no super user");
    const made = found;
    expect(await new Promise((resolve) => made.apply(resolve))).toMatchObject({
      accessKey: expect.stringMatching(/^NASK_./) as unknown,
    });
    expect(await pulumi.isSecret(made)).toBe(true);
    const simple = blueprint({ "nasiko:running": "false" });
    await declaredBy(() => {
      found = new Platform("nasiko", { blueprint: simple }).superuser;
    });
    expect(found).toBeUndefined();
  });

  test("waits for every service's health, and runs jobs to their end", async () => {
    const plan = blueprint();
    serveEverything(plan);
    const containers = ofType(await declaredBy(() => new Platform("nasiko", { blueprint: plan })), CONTAINER);
    const inputsOf = (name: string): Readonly<Record<string, unknown>> =>
      containers.find((container) => container.name === name)?.inputs ?? {};

    expect(inputsOf("redis")).toMatchObject({
      wait: true,
      waitTimeout: 120,
      restart: "unless-stopped",
      healthcheck: { tests: ["CMD-SHELL", "redis-cli ping | grep -q PONG"], interval: "10s", retries: 3 },
    });
    expect(inputsOf("kong-migrations")).toMatchObject({ attach: true, mustRun: false, restart: "no" });
    expect(inputsOf("kong-migrations")["healthcheck"]).toBeUndefined();
  });

  test("publishes on loopback only, and the socket to the filtering proxies only", async () => {
    const plan = blueprint();
    serveEverything(plan);
    const containers = ofType(await declaredBy(() => new Platform("nasiko", { blueprint: plan })), CONTAINER);

    const published = containers.flatMap(
      ({ inputs }) => (inputs["ports"] ?? []) as { readonly ip: string; readonly external: number }[],
    );
    expect(new Set(published.map(({ ip }) => ip))).toEqual(new Set(["127.0.0.1"]));
    expect(published.map(({ external }) => external).toSorted((a, b) => a - b)).toEqual([
      3000, 4000, 5001, 5678, 6006, 8080, 9090, 9100,
    ]);
    const withSocket = containers.filter(({ inputs }) =>
      JSON.stringify(inputs["volumes"] ?? []).includes("docker.sock"),
    );
    expect(withSocket.map(({ name }) => name)).toEqual(["docker-proxy-read", "docker-proxy-build"]);
  });

  test("gives a password that is chosen in place of the generated one", async () => {
    const plan = blueprint({ "nasiko:mongoRootPassword": "given" });
    serveEverything(plan);
    const declared = await declaredBy(() => new Platform("nasiko", { blueprint: plan }));
    const backend = ofType(declared, CONTAINER).find(({ name }) => name === "nasiko-backend");
    // A secret, in the form that goes over the wire.
    const envs = JSON.stringify(backend?.inputs["envs"]).split('"');
    expect(envs).toContain("MONGO_NASIKO_PASSWORD=given");
  });

  test("lets the worker read the uploads that the backend writes, no more", async () => {
    const plan = blueprint();
    serveEverything(plan);
    const containers = ofType(await declaredBy(() => new Platform("nasiko", { blueprint: plan })), CONTAINER);
    const mountsOf = (service: string): unknown =>
      containers.find(({ name }) => name === service)?.inputs["volumes"];
    const mount = { volumeName: "nasiko-local-agents-data", containerPath: "/app/agents" };
    expect(mountsOf("nasiko-backend")).toEqual([mount]);
    expect(mountsOf("nasiko-worker")).toEqual([{ ...mount, readOnly: true }]);
  });

  test("makes what did not become ready anew, and room for it first", async () => {
    const plan = blueprint();
    serveEverything(plan);
    for (const { options } of ofType(
      await declaredBy(() => new Platform("nasiko", { blueprint: plan })),
      CONTAINER,
    )) {
      expect(options).toMatchObject({ deleteBeforeReplace: true });
      expect((options as { replaceOnChanges?: string[] }).replaceOnChanges).toContain("#initerror");
    }
  });

  test("declares volumes and secrets only when it is not to run: what `down` leaves", async () => {
    const plan = blueprint({ "nasiko:running": "false" });
    const declared = await declaredBy(() => new Platform("nasiko", { blueprint: plan }));
    expect(new Set(declared.map(({ type }) => type))).toEqual(
      new Set([
        "pulumi:pulumi:Stack",
        "nasiko:platform:Platform",
        "random:index/randomPassword:RandomPassword",
        "docker:index/volume:Volume",
      ]),
    );
    const custom = declared.filter(({ type }) => !/^(pulumi|nasiko):/.test(type));
    expect(custom.filter((resource) => !outlivesDown(resource))).toEqual([]);
  });
});
