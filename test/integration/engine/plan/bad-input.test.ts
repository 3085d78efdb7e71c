import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";

import type { RunResult } from "../../../../engine/core/engine.ts";
import type { Provider } from "../../../../engine/core/provider.ts";
import { createDockerClient } from "../../../../engine/providers/docker/client.ts";
import { platformImage, type ServiceSpec } from "../../../../platform/services/service-spec.ts";
import { service } from "../../../unit/platform/blueprint/catalogues.ts";
import { importBusybox, sweep } from "../providers/docker/busybox.ts";
import { createEngineProxy, type EngineProxy } from "./support/engine-proxy.ts";
import { createEngineStack, type EngineStack, errorsOf, stepsOf } from "./support/engine-stack.ts";
import type { World } from "./support/world.ts";

const STACK = `plan-bad-${process.pid}`;
const client = createDockerClient({ host: process.env["DOCKER_HOST"] });
const web = `nasiko-${STACK}-web`;
const data = `nasiko-${STACK}-data`;

let image: string;
let stack: EngineStack;

beforeAll(async () => {
  image = await importBusybox(client);
});
beforeEach(async () => {
  stack = await createEngineStack(STACK);
});
afterEach(async () => {
  vi.useRealTimers();
  await sweep(client, STACK, []);
  await stack.remove();
});
afterAll(() => sweep(client, STACK, [image, `${STACK}/web:1`]));

/** A data store with a volume, and a web container that waits for it; both in one network. */
function world(overrides: Partial<ServiceSpec & { readonly kind: "service" }> = {}): World {
  const base = { image: platformImage("busybox"), command: ["sleep", "900"], user: "0:0" };
  return {
    stack: STACK,
    images: { busybox: image, web: `${STACK}/web:1` },
    networks: { app: {} },
    volumes: { kept: {} },
    specs: [
      service("data", { ...base, volumes: [{ volume: "kept", path: "/data" }] }),
      service("web", { ...base, dependsOn: { data: "healthy" }, ...overrides }),
    ],
  };
}

const idOf = async (name: string): Promise<string | undefined> => (await client.container(name))?.Id;

async function write(text: string): Promise<void> {
  await exec(["sh", "-c", `echo ${text} > /data/x`]);
}

async function exec(command: readonly string[]): Promise<string> {
  const how = { timeout: 10_000, signal: new AbortController().signal };
  const { exitCode, output } = await client.exec(data, command, how);
  expect(exitCode, output).toBe(0);
  return output.trim();
}

/** Everything is as it should be: the run did only this, the data is there, and there is nothing left to do. */
async function converged(
  run: RunResult,
  wanted: World,
  steps: Readonly<Record<string, string>>,
): Promise<void> {
  expect([run.outcome, errorsOf(run)]).toEqual(["succeeded", []]);
  expect(stepsOf(run)).toEqual(steps);
  expect(await exec(["cat", "/data/x"])).toBe("precious");
  expect(stepsOf(await stack.up(wanted))).toEqual({});
}

async function comeUp(wanted = world()): Promise<void> {
  const first = await stack.up(wanted);
  expect(errorsOf(first)).toEqual([]);
  await write("precious");
}

/** The one error of a failed run, with all its parts. */
function problemOf(run: RunResult): NonNullable<RunResult["diagnostics"][number]["problem"]> {
  expect(run.outcome).toBe("failed");
  const errors = run.diagnostics.filter(({ severity }) => severity === "error");
  expect(errors.map(({ message }) => message)).toHaveLength(1);
  const problem = errors[0]?.problem;
  if (problem === undefined) throw new Error(`no user error: ${errors[0]?.message ?? ""}`);
  expect(problem.action).toBeDefined();
  return problem;
}

describe("an engine that goes away", () => {
  let proxy: EngineProxy;
  beforeEach(async () => {
    proxy = await createEngineProxy();
  });
  afterEach(() => proxy.close());
  const through = (): { readonly host: string } => ({ host: proxy.host });

  test("before anything began: nothing is touched, neither on the engine nor in the state", async () => {
    await comeUp();
    const [state, id] = [await stack.state(), await idOf(web)];
    await proxy.close();
    await expect(stack.up(world({ memory: "96MB" }), through())).rejects.toMatchObject({
      code: "NSK-ENGINE-UNREACHABLE",
      message: `No Docker engine answers at ${proxy.host}.`,
      action: { id: "start-docker" },
    });
    expect(await stack.state()).toBe(state);
    expect(await idOf(web)).toBe(id);
    await converged(await stack.up(world({ memory: "96MB" })), world({ memory: "96MB" }), { web: "update" });
  });

  test.each([
    ["before it makes a container", /^POST .containers.create/, "before", "create"],
    ["after it made a container, before it said so", /^POST .containers.create/, "after", "replace"],
    ["while a new container is waited for", /^POST .containers.[0-9a-f]{64}.exec/, "before", "replace"],
  ] as const)(
    "%s: what was done is recorded, and the rest is done next time",
    async (_, request, when, step) => {
      await comeUp({ ...world(), specs: world().specs.slice(0, 1) });
      const dataId = await idOf(data);
      proxy.vanishAt(request, when);
      expect(problemOf(await stack.up(world(), through())).code).toBe("NSK-ENGINE-UNREACHABLE");
      await converged(await stack.up(world()), world(), { web: step });
      expect(await idOf(data)).toBe(dataId);
    },
  );

  test("while a container is changed in place: it is changed next time", async () => {
    await comeUp();
    const id = await idOf(web);
    const wanted = world({ memory: "96MB" });
    proxy.vanishAt(/^POST .containers.[0-9a-f]{64}.update/, "before");
    expect(problemOf(await stack.up(wanted, through())).code).toBe("NSK-ENGINE-UNREACHABLE");
    await converged(await stack.up(wanted), wanted, { web: "update" });
    expect((await client.container(web))?.HostConfig.Memory).toBe(96 << 20);
    expect(await idOf(web)).toBe(id);
  });

  test.each([
    ["before the old container is removed", "before"],
    ["after the old container was removed, before it said so", "after"],
  ] as const)("%s: it is replaced next time", async (_, when) => {
    await comeUp();
    const wanted = world({ user: "7:7" });
    proxy.vanishAt(/^DELETE .containers./, when);
    expect(problemOf(await stack.up(wanted, through())).code).toBe("NSK-ENGINE-UNREACHABLE");
    const next = await stack.up(wanted);
    await converged(next, wanted, { web: when === "before" ? "replace" : "create" });
    expect((await client.container(web))?.Config.User).toBe("7:7");
  });

  test("after the last step of a run: the next one has nothing to do", async () => {
    await comeUp();
    await proxy.close();
    await expect(stack.preview(world(), through())).rejects.toMatchObject({ code: "NSK-ENGINE-UNREACHABLE" });
    expect(stepsOf(await stack.up(world()))).toEqual({});
  });
});

/** Does something between the plan and the creation of `web`. */
const beforeCreating =
  (interfere: () => Promise<unknown>) =>
  (provider: Provider): Provider => ({
    ...provider,
    create: async (resource, news, step) => {
      if (resource.name === "web") await interfere();
      return provider.create(resource, news, step);
    },
  });

describe("between plan and creation", () => {
  test("the image vanishes: it is named, and comes back with the next run", async () => {
    await comeUp();
    const tag = { repo: `${STACK}/web`, tag: "1" };
    await client.call("tag", (docker) => docker.getImage(image).tag(tag));
    const wanted = world({ image: platformImage("web") });
    const untag = (): Promise<unknown> =>
      client.call("untag", (docker) => docker.getImage(`${STACK}/web:1`).remove());
    const problem = problemOf(await stack.up(wanted, { around: beforeCreating(untag) }));
    expect(problem).toMatchObject({
      code: "NSK-IMAGE-GONE",
      message: `The image ${STACK}/web:1, which ${web} is made from, is not on this engine any more.`,
      action: { id: "make-image-again" },
    });
    await client.call("tag", (docker) => docker.getImage(image).tag(tag));
    await converged(await stack.up(wanted), wanted, { web: "replace" });
  });

  test("a stranger takes the name: it is left alone, and so is the data; without it the next run is whole", async () => {
    await comeUp();
    const wanted = world({ user: "7:7" });
    const stranger = (): Promise<unknown> =>
      client.call("create a stranger", (docker) =>
        docker.createContainer({ name: web, Image: image, Cmd: ["true"] }),
      );
    const problem = problemOf(await stack.up(wanted, { around: beforeCreating(stranger) }));
    expect(problem).toMatchObject({
      code: "NSK-NAME-TAKEN",
      action: { id: "remove-object", kind: "container", name: web },
      detail: expect.stringContaining("does not belong to this stack") as unknown,
    });
    const id = await idOf(web);
    expect(errorsOf(await stack.up(wanted))).toEqual(["NSK-NAME-TAKEN"]);
    expect(await idOf(web)).toBe(id);
    await client.call("docker rm -f", (docker) => docker.getContainer(web).remove({ force: true }));
    await converged(await stack.up(wanted), wanted, { web: "replace" });
  });
});

describe("a network with a stranger on it", () => {
  test("stays, and so does all of ours on it, with the stranger named, until he has left", async () => {
    await comeUp();
    const ids = [await idOf(data), await idOf(web)];
    const name = `${STACK}-app`;
    const stranger = await client.call("create a stranger", (docker) =>
      docker.createContainer({
        name: `${STACK}-stranger`,
        Image: image,
        Cmd: ["sleep", "900"],
        HostConfig: { NetworkMode: name },
      }),
    );
    try {
      await stranger.start();
      const wanted = { ...world(), networks: { app: { changed: "true" } } };
      for (const run of [await stack.preview(wanted), await stack.up(wanted)])
        expect(problemOf(run)).toMatchObject({
          code: "NSK-OBJECT-IN-USE",
          message: `The network ${name} cannot be removed: ${STACK}-stranger uses it.`,
          action: { id: "disconnect-containers", network: name, names: [`${STACK}-stranger`] },
        });
      expect([await idOf(data), await idOf(web)]).toEqual(ids);
      expect(await exec(["cat", "/data/x"])).toBe("precious");
      expect((await stranger.inspect()).State.Running).toBe(true);
      await client.call("docker network disconnect -f", (docker) =>
        docker.getNetwork(name).disconnect({ Container: `${STACK}-stranger`, Force: true }),
      );
      await converged(await stack.up(wanted), wanted, { app: "replace", data: "replace", web: "replace" });
    } finally {
      await stranger.remove({ force: true });
    }
  });
});

describe("a volume that a stranger uses", () => {
  test("stays, and so does the container of ours that uses it", async () => {
    await comeUp();
    const id = await idOf(data);
    const name = `${STACK}-kept`;
    const stranger = await client.call("create a stranger", (docker) =>
      docker.createContainer({ Image: image, Cmd: ["true"], HostConfig: { Binds: [`${name}:/data`] } }),
    );
    try {
      const wanted = { ...world(), volumes: { kept: { changed: "true" } } };
      expect(problemOf(await stack.up(wanted))).toMatchObject({ code: "NSK-OBJECT-IN-USE" });
      expect(await idOf(data)).toBe(id);
      expect(await exec(["cat", "/data/x"])).toBe("precious");
    } finally {
      await stranger.remove({ force: true });
    }
    expect(stepsOf(await stack.up(world()))).toEqual({});
  });
});

describe("a clock that jumps", () => {
  test.each([
    ["back by a year", -365],
    ["ahead by a year", 365],
  ])("%s in the middle of a run changes nothing but the dates", async (_, days) => {
    const jump = (): Promise<void> => {
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + days * 86_400_000 });
      return Promise.resolve();
    };
    const run = await stack.up(world(), { around: beforeCreating(jump) });
    expect(errorsOf(run)).toEqual([]);
    for (const { startedAt, finishedAt } of run.steps) {
      expect(finishedAt - startedAt).toBeGreaterThanOrEqual(0);
      expect(finishedAt - startedAt).toBeLessThan(120_000);
    }
    await write("precious");
    vi.useRealTimers();
    await converged(await stack.up(world({ memory: "96MB" })), world({ memory: "96MB" }), { web: "update" });
  });
});
