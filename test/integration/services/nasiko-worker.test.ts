import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { baseIdentity } from "../../../platform/images/base-recipes.ts";
import { WORKER_HEALTH } from "../../../platform/services/nasiko-worker.ts";
import { client } from "../offline/images/containers.ts";
import { eventually } from "./support/service-process.ts";
import { PREFIX, TOKEN, WorkerWorld } from "./support/worker-world.ts";

const world = new WorkerWorld();
const AGENT = `${PREFIX}a`;

/** An agent that shows a card with this description, after the given lines of its Dockerfile were run. */
const files = (description: string, lines: readonly string[] = []): Readonly<Record<string, string>> => ({
  Dockerfile: ["FROM node:24-bookworm-slim", ...lines, "COPY main.js /", 'CMD ["node", "/main.js"]', ""].join(
    "\n",
  ),
  "main.js": `
    const card = JSON.stringify({ name: "test", description: ${JSON.stringify(description)}, env: process.env });
    require("node:http").createServer((_, response) => response.end(card)).listen(5000);
    process.on("SIGTERM", () => process.exit(0));`,
});

const ended = (agent: string, status: string): Promise<Readonly<Record<string, string>>> =>
  eventually(async () => {
    const found = await world.status(agent);
    if (found["status"] === "failed" && status !== "failed") throw new Error(found["error"]);
    return found["status"] === status ? found : undefined;
  });

/** Entries that were handed out and not acknowledged. */
const unfinished = async (): Promise<unknown> =>
  (await world.redis.xpending("orchestration:commands", "orchestrator"))[0];

beforeAll(() => world.start());
afterAll(() => world.clean());

describe("an upload", () => {
  test("is built, pushed, started in its place and entered", async () => {
    const folder = await world.version(AGENT, "1.0.0", { ...files("first"), ".env": "OWN=own\n" });
    await world.send("deploy_agent", AGENT, folder);
    const url = `http://127.0.0.1:9100/agents/agent-${AGENT}/`;
    expect(await ended(AGENT, "running")).toMatchObject({ url, error: "" });

    const [container, ...others] = await world.containers(AGENT);
    if (container === undefined) throw new Error("there is no container");
    expect(others).toEqual([]);
    const hash = container.Labels["nasiko.hash"] ?? "";
    expect(container.Names).toEqual([`/nasiko-${world.stack}-agent-${AGENT}-${hash.slice(0, 8)}`]);
    expect(container.Labels).toMatchObject({
      "nasiko.managed-by": "worker",
      "nasiko.kind": "agent",
      "nasiko.port": "5000",
    });
    const { HostConfig, NetworkSettings, Config } = await client.call("inspect", (docker) =>
      docker.getContainer(container.Id).inspect(),
    );
    expect(Object.keys(NetworkSettings.Networks)).toEqual([world.network]);
    expect(HostConfig).toMatchObject({
      ...{ CapDrop: ["ALL"], Memory: 536870912, PidsLimit: 256 },
      ...{ CpuShares: 512, NanoCpus: 1_000_000_000 },
    });
    expect(await world.card(container)).toMatchObject({
      env: { AGENT_NAME: AGENT, AGENT_PUBLIC_URL: url, OPENAI_API_KEY: "key-for-agents", OWN: "own" },
    });
    expect(await world.pushed(AGENT)).toMatchObject({ tags: [Config.Image.split(":")[1]] });

    const entered = world.told.find(({ path }) => path === `/api/v1/registry/agent/${AGENT}`);
    expect(entered).toMatchObject({
      authorization: `Bearer ${TOKEN}`,
      body: { url, version: "1.0.0", hash, source: "uploaded" },
    });
    const stages = world.told
      .filter(({ path }) => path.endsWith(`/${AGENT}/latest`))
      .map(({ body }) => body["status"]);
    expect(stages).toEqual(["processing", "building", "deploying", "registering", "active"]);
  });

  test("of new content takes the place of the old without a gap; of the same content, changes nothing", async () => {
    const [old] = await world.containers(AGENT);
    const folder = await world.version(AGENT, "2.0.0", files("second"));
    await world.send("update_agent", AGENT, folder);
    const replaced = await eventually(async () => {
      const [first, ...rest] = await world.containers(AGENT);
      return rest.length === 0 && first?.Id !== old?.Id ? first : undefined;
    });
    expect(await world.card(replaced)).toMatchObject({ description: "second" });

    await world.redis.del(`agent:status:${AGENT}`);
    await world.send("update_agent", AGENT, folder);
    await ended(AGENT, "running");
    expect((await world.containers(AGENT)).map(({ Id }) => Id)).toEqual([replaced.Id]);
  });

  test.each<readonly [string, Readonly<Record<string, string>>, RegExp, RegExp]>([
    [
      "cannot be built",
      files("x", ["RUN echo said before && exit 3"]),
      /^Step 2\/4 : RUN/,
      /non-zero code: 3\nsaid before/,
    ],
    ["has a Dockerfile of nonsense", { Dockerfile: "NONSENSE\n" }, /^$/, /^Dockerfile:1: .*no instruction/],
    [
      "ends at once",
      { ...files("x"), "main.js": 'console.log("no key"); process.exit(4)' },
      /^$/,
      /program has ended[^]*no key/,
    ],
    [
      "needs more memory than it may have",
      { ...files("x"), "main.js": "const kept = []; for (;;) kept.push(Buffer.alloc(1 << 24, 1));" },
      /^$/,
      /needs more than its 512 MB of memory, which AGENT_MEMORY_MB raises/,
    ],
    [
      "claims to be the platform's",
      files("x", ["LABEL nasiko.service=redis"]),
      /^$/,
      /^Dockerfile:2: the label "nasiko\.service"/,
    ],
    [
      "reads an address as the engine",
      files("x", ["ADD http://127.0.0.1:5001/v2/_catalog /catalog"]),
      /^$/,
      /^Dockerfile:2: ADD takes nothing from the network/,
    ],
    [
      "stands on another agent",
      { ...files("x"), Dockerfile: "FROM nasiko/agent-victim:0123456789abcdef\n" },
      /^$/,
      /^Dockerfile:1: .*NASIKO_AGENT_BASES/,
    ],
  ])("that %s fails, and the version before goes on", async (_what, broken, step, error) => {
    const before = await world.containers(AGENT);
    const folder = await world.version(AGENT, `3.0.0-${Math.random()}`, broken);
    await world.redis.del(`agent:status:${AGENT}`);
    await world.send("update_agent", AGENT, folder);
    const status = await ended(AGENT, "failed");
    expect(status["step"]).toMatch(step);
    expect(status["error"]).toMatch(error);
    const [served, ...others] = await world.containers(AGENT);
    expect([served?.Id, others]).toEqual([before[0]?.Id, []]);
    expect(served && (await world.card(served))).toMatchObject({ description: "second" });
  });

  test("under the name of one of the program's agents is refused", async () => {
    const name = `${PREFIX}b`;
    const foreign = await client.call("create", (docker) =>
      docker.createContainer({
        Image: baseIdentity("base-node").reference,
        Labels: {
          "nasiko.stack": world.stack,
          "nasiko.kind": "agent",
          "nasiko.agent": name,
          "nasiko.managed-by": "pulumi",
        },
      }),
    );
    await world.send("deploy_agent", name, await world.version(name, "1", files("x")));
    expect((await ended(name, "failed"))["error"]).toMatch(/belongs to the stack's program/);
    expect((await world.containers(name)).map(({ Id }) => Id)).toEqual([foreign.id]);
  });
});

test("a build without an end is given up, and not tried again", async () => {
  const name = `${PREFIX}f`;
  const endless = files("endless", ["RUN while :; do echo still here; sleep 1; done"]);
  await world.worker.stop();
  await world.startWorker({ WORKER_BUILD_SECONDS: "5" });
  await world.send("deploy_agent", name, await world.version(name, "1", endless));
  expect((await ended(name, "failed"))["error"]).toMatch(/^the build took longer than 5 s/);
  await eventually(async () => ((await unfinished()) === 0 ? true : undefined));
  expect(world.worker.output()).not.toContain('"attempt":2');
  // The builder stops its step when nobody waits for it any more.
  await eventually(async () => {
    const steps = await client.call("list", (docker) => docker.listContainers());
    return steps.some(({ Command }) => Command.includes("still here")) ? undefined : true;
  });
  await world.worker.stop();
  await world.startWorker();
});

describe("work", () => {
  test("that fails for a reason that may pass is tried again", async () => {
    const name = `${PREFIX}c`;
    world.backendIsDown = true;
    await world.send("deploy_agent", name, await world.version(name, "1", files("patient")));
    await eventually(() => (world.worker.output().includes('"outcome":"retry"') ? true : undefined));
    world.backendIsDown = false;
    await ended(name, "running");
    // The status is told before the backend has heard of it: not until the entry is gone may the backend fail again.
    await eventually(async () => ((await unfinished()) === 0 ? true : undefined));
    expect(await world.containers(name)).toHaveLength(1);
  });

  test("that never succeeds, or is no work at all, is put aside with the reason", async () => {
    const name = `${PREFIX}d`;
    world.backendIsDown = true;
    await world.send("deploy_agent", name, await world.version(name, "1", files("hopeless")));
    await world.redis.xadd("orchestration:commands", "*", "command", "format_disk");
    const dead = await eventually(async () => {
      const entries = await world.redis.xrange("orchestration:dead", "-", "+");
      return entries.length === 2 ? entries.map(([, fields]) => fields.join(" ")) : undefined;
    });
    world.backendIsDown = false;
    expect(dead.toSorted()).toEqual([
      expect.stringMatching(/^command deploy_agent .* attempts 3 reason the backend answers 503/) as string,
      expect.stringMatching(/^command format_disk .* reason the entry is no command/) as string,
    ]);
    expect(await unfinished()).toBe(0);
  });

  test("that a killed worker left behind is taken up by the next", async () => {
    const name = `${PREFIX}e`;
    await world.send("deploy_agent", name, await world.version(name, "1", files("kept", ["RUN sleep 3"])));
    await ended(name, "building");
    await world.worker.stop("SIGKILL");
    await world.startWorker();
    await ended(name, "running");
    expect(await world.containers(name)).toHaveLength(1);
  });
});

describe("the build proxy", () => {
  const status = async (method: string, path: string, json?: unknown): Promise<number> => {
    const response = await fetch(`${world.proxyUrl}/v1.41${path}`, {
      method,
      ...(json === undefined
        ? {}
        : { body: JSON.stringify(json), headers: { "content-type": "application/json" } }),
    });
    await response.arrayBuffer();
    return response.status;
  };

  test("lets nobody touch or even look at a container that is not the worker's", async () => {
    const [foreign] = await world.containers(`${PREFIX}b`);
    const id = foreign?.Id ?? "";
    expect(await status("GET", `/containers/${id}/json`)).toBe(403);
    expect(await status("GET", `/containers/${id}/logs?stdout=1`)).toBe(403);
    expect(await status("POST", `/containers/${id}/start`)).toBe(403);
    expect(await status("POST", `/containers/${id}/stop`)).toBe(403);
    expect(await status("DELETE", `/containers/${id}?force=1`)).toBe(403);
    expect(await world.containers(`${PREFIX}b`)).toHaveLength(1);
  });

  test("tells of the worker's own containers nothing that is secret", async () => {
    const [own] = await world.containers(AGENT);
    const response = await fetch(`${world.proxyUrl}/containers/${own?.Id ?? ""}/json`);
    expect([response.status, await response.text()]).toEqual([
      200,
      expect.not.stringContaining("key-for-agents"),
    ]);
  });

  test("creates nothing that has more rights than an agent", async () => {
    const body = {
      Image: baseIdentity("base-node").reference,
      HostConfig: { Privileged: true, Binds: ["/:/host"] },
    };
    expect(await status("POST", "/containers/create?name=evil", body)).toBe(403);
    expect(await status("POST", "/containers/create?name=evil", "x".repeat(300_000))).toBe(403);
    expect(await status("POST", "/build?t=nasiko/kong:0123456789abcdef", {})).toBe(403);
    expect(await status("POST", `/build?t=nasiko/agent-${AGENT}:0123456789abcdef`, { no: "archive" })).toBe(
      403,
    );
  });
});

test("the heartbeat is what the service's probe reads", async () => {
  const [, program = "", ...args] = WORKER_HEALTH.test;
  const probe = (file: string): Promise<unknown> =>
    promisify(execFile)(
      program,
      args.map((arg) => arg.replace("/tmp/heartbeat", file)),
    );
  await probe(world.heartbeatFile);
  await expect(probe("<(echo 1000000000)")).rejects.toThrow();
  await expect(probe("/nonexistent")).rejects.toThrow();
});

test("a removal takes the containers of the worker, and a worker that is told to stop ends by itself", async () => {
  await world.redis.del(`agent:status:${AGENT}`);
  await world.send("remove_agent", AGENT);
  await ended(AGENT, "removed");
  expect(await world.containers(AGENT)).toEqual([]);
  expect(await world.worker.stop()).toBe(0);
});
