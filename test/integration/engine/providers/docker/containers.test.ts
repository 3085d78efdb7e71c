import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { PropertyMap } from "../../../../../engine/core/values.ts";
import { createDockerClient } from "../../../../../engine/providers/docker/client.ts";
import { describeContainerFailure } from "../../../../../engine/providers/docker/container-failure.ts";
import { OWNERSHIP } from "../../../../../cli/engine-host/ownership.ts";
import { createDockerProvider } from "../../../../../engine/providers/docker/docker-provider.ts";
import { importBusybox, sweep } from "./busybox.ts";
import { harness, type Recorded } from "./harness.ts";

const STACK = `providers-containers-${process.pid}`;
const name = (short: string): string => `nasiko-${STACK}-${short}`;
const client = createDockerClient();
const provider = createDockerProvider({ root: import.meta.dirname, client, ownership: OWNERSHIP });
const engine = harness(provider);
const labels = (service: string): PropertyMap[] => [
  { label: "nasiko.stack", value: STACK },
  { label: "nasiko.service", value: service },
];
let image = "";

const container = (short: string, news: PropertyMap): PropertyMap => ({
  name: name(short),
  image,
  labels: labels(short),
  ...news,
});
const SLEEP = { command: ["sleep", "300"] };
const HEALTH = { interval: "30s", timeout: "2s", startPeriod: "30s", retries: 2 };

beforeAll(async () => {
  image = await importBusybox(client);
});
afterEach(() => sweep(client, STACK, []));
afterAll(async () => {
  await sweep(client, STACK, [image]);
  await provider.close();
});

const run = async (recorded: Recorded, ...command: readonly string[]): Promise<string> => {
  const signal = new AbortController().signal;
  const { exitCode, output } = await client.exec(recorded.id, command, { timeout: 10_000, signal });
  expect(exitCode, output).toBe(0);
  return output.trim();
};

describe("a stack of network, volume and container", () => {
  test("comes up, is recorded, observed and removed without a trace", async () => {
    const network = await engine.create("network", "net", { name: name("net"), labels: labels("net") });
    const inside = await engine.create("network", "in", {
      name: name("in"),
      internal: true,
      labels: labels("in"),
    });
    const volume = await engine.create("volume", "data", { name: name("data"), labels: labels("data") });
    const service = await engine.create(
      "container",
      "web",
      container("web", {
        ...SLEEP,
        user: "1000:1000",
        envs: ["COLOUR=blue"],
        memory: 64,
        networksAdvanced: [{ name: name("net"), aliases: ["web"] }, { name: name("in") }],
        volumes: [{ volumeName: name("data"), containerPath: "/data" }],
        uploads: [
          { file: "/etc/nasiko/web.conf", content: "port=1\n", permissions: "0400", owner: "1000" },
          {
            file: "/bin/hello",
            contentBase64: Buffer.from("#!/bin/sh\necho hello\n").toString("base64"),
            permissions: "0755",
          },
        ],
        healthcheck: { tests: ["CMD-SHELL", "test -e /etc/nasiko/web.conf"], ...HEALTH },
        wait: true,
        waitTimeout: 30,
        capabilities: { drops: ["ALL"] },
        securityOpts: ["no-new-privileges:true"],
        tmpfs: { "/scratch": "size=1m,mode=1777" },
      }),
    );
    expect(service.initErrors).toEqual([]);
    expect(service.step.ids).toEqual([service.id]);
    // Docker has not probed yet: it was our own probe that found it ready.
    expect((await client.container(service.id))?.State.Health?.Status).toBe("starting");
    expect(service.outputs).toMatchObject({
      name: name("web"),
      networkMode: "bridge",
      mustRun: true,
      wait: true,
    });
    expect(Object.keys((await client.container(service.id))?.NetworkSettings.Networks ?? {}).sort()).toEqual(
      [name("in"), name("net")].sort(),
    );
    expect(await run(service, "cat", "/etc/nasiko/web.conf")).toBe("port=1");
    expect(await run(service, "stat", "-c", "%a %u", "/etc/nasiko/web.conf")).toBe("400 1000");
    expect(await run(service, "/bin/hello")).toBe("hello");
    expect(await run(service, "sh", "-c", "echo $COLOUR; touch /scratch/x && id -u")).toBe("blue\n1000");

    const all = [network, inside, volume, service];
    expect(await provider.observe(all)).toEqual([]);
    for (const resource of [...all].reverse()) await engine.delete(resource);
    for (const resource of all) await engine.delete(resource);
    const findings = await provider.observe(all);
    expect(findings.map(({ finding }) => finding.kind)).toEqual(["missing", "missing", "missing", "missing"]);
  });

  test("refuses to remove a network that a stranger uses, and names the stranger", async () => {
    const network = await engine.create("network", "net", { name: name("net"), labels: labels("net") });
    const stranger = await client.call("create a stranger", (docker) =>
      docker.createContainer({
        name: name("stranger"),
        Image: image,
        Cmd: ["sleep", "300"],
        HostConfig: { NetworkMode: name("net") },
      }),
    );
    try {
      await stranger.start();
      await expect(engine.delete(network)).rejects.toMatchObject({
        code: "NSK-OBJECT-IN-USE",
        message: `The network ${name("net")} cannot be removed: ${name("stranger")} uses it.`,
      });
    } finally {
      await stranger.remove({ force: true });
    }
  });
});

describe("a name that is taken", () => {
  test("is reported with its owner, and nothing is touched", async () => {
    const first = await engine.create("container", "a", container("a", SLEEP));
    await expect(engine.create("container", "b", container("a", SLEEP))).rejects.toMatchObject({
      code: "NSK-NAME-TAKEN",
      action: { id: "remove-object", kind: "container", name: name("a") },
      detail: expect.stringContaining("left behind by an earlier run of this stack") as unknown,
    });
    const foreign = { ...container("a", SLEEP), labels: [{ label: "nasiko.stack", value: "other" }] };
    await expect(engine.create("container", "b", foreign)).rejects.toMatchObject({
      detail: expect.stringContaining("does not belong to this stack") as unknown,
    });
    expect((await client.container(first.id))?.State.Running).toBe(true);
  });

  test("by what an interrupted run of ours left is taken back; data is kept", async () => {
    const interrupted = true;
    const wanted = { name: name("x"), labels: labels("x") };
    const first = await engine.create("container", "a", container("a", SLEEP));
    const second = await engine.create("container", "a", container("a", SLEEP), { interrupted });
    expect(second.initErrors).toEqual([]);
    expect(await client.container(first.id)).toBeUndefined();
    const network = await engine.create("network", "x", wanted);
    expect((await engine.create("network", "x", wanted, { interrupted })).id).not.toBe(network.id);
    const volume = await engine.create("volume", "x", wanted);
    expect((await engine.create("volume", "x", wanted, { interrupted })).outputs).toEqual(volume.outputs);
    const foreign = { ...wanted, labels: [{ label: "nasiko.stack", value: "other" }] };
    await expect(engine.create("volume", "x", foreign, { interrupted })).rejects.toMatchObject({
      code: "NSK-NAME-TAKEN",
    });
  });

  test("is reported for networks and volumes, too", async () => {
    for (const kind of ["network", "volume"] as const) {
      const wanted = { name: name("x"), labels: labels("x") };
      await engine.create(kind, "x", wanted);
      await expect(engine.create(kind, "y", wanted)).rejects.toMatchObject({ code: "NSK-NAME-TAKEN" });
    }
  });
});

describe("waiting for health", () => {
  test("ends at once when the container exits; the container stays, with the cause", async () => {
    const service = await engine.create(
      "container",
      "web",
      container("web", {
        command: ["sh", "-c", "echo cannot open the database; exit 78"],
        healthcheck: { tests: ["CMD", "true"], ...HEALTH },
        wait: true,
      }),
    );
    expect(service.initErrors).toHaveLength(1);
    expect(service.initErrors[0]).toContain(`${name("web")} is exited with exit code 78`);
    const inspect = await client.container(service.id);
    if (inspect === undefined) throw new Error("the container is gone");
    const failure = describeContainerFailure(inspect, await client.logs(service.id, 5));
    expect(failure).toMatchObject({ state: "exited", exitCode: 78, logTail: ["cannot open the database"] });
  });

  test("says what the last probe said when time is up", async () => {
    const service = await engine.create(
      "container",
      "web",
      container("web", {
        ...SLEEP,
        healthcheck: { tests: ["CMD-SHELL", "echo no database yet; exit 7"], ...HEALTH },
        wait: true,
        waitTimeout: 2,
      }),
    );
    expect(service.initErrors).toEqual([
      `${name("web")} was not healthy within 2 s; its last health probe ended with 7: no database yet`,
    ]);
    expect(service.outputs["mustRun"]).toBe(true);
  });

  test("names an image that is not there", async () => {
    const wanted = { ...container("web", SLEEP), image: "nasiko-test/nowhere:1" };
    await expect(engine.create("container", "web", wanted)).rejects.toMatchObject({
      code: "NSK-IMAGE-GONE",
      message: expect.stringContaining("The image nasiko-test/nowhere:1") as unknown,
    });
  });

  test("stops when it is told to", async () => {
    const controller = new AbortController();
    const creating = engine.create(
      "container",
      "web",
      container("web", {
        ...SLEEP,
        healthcheck: { tests: ["CMD", "sleep", "30"], ...HEALTH, timeout: "20s" },
        wait: true,
      }),
      { signal: controller.signal },
    );
    setTimeout(() => controller.abort(), 500);
    await expect(creating).rejects.toThrow(/abort/i);
  });
});

describe("a container that changes", () => {
  test("is started again when it was found stopped, and waited for", async () => {
    const wanted = container("web", {
      ...SLEEP,
      healthcheck: { tests: ["CMD", "true"], ...HEALTH },
      wait: true,
    });
    const service = await engine.create("container", "web", wanted);
    await client.call("kill", (docker) => docker.getContainer(service.id).kill());
    const [observation] = await provider.observe([service]);
    expect(observation).toMatchObject({
      reason: "container exited with code 137",
      finding: { kind: "changed", outputs: { mustRun: false } },
    });
    const outputs = { ...service.outputs, mustRun: false };
    const stopped = { ...service, outputs };
    expect(await engine.diff(stopped, wanted)).toMatchObject({ changed: ["mustRun"], replaces: [] });
    const again = await engine.update(stopped, wanted);
    expect(again.initErrors).toEqual([]);
    expect(again.outputs["mustRun"]).toBe(true);
    expect((await client.container(service.id))?.State.Running).toBe(true);
    expect(await provider.observe([again])).toEqual([]);
  });

  test("is resumed when it was paused", async () => {
    const wanted = container("web", SLEEP);
    const service = await engine.create("container", "web", wanted);
    await client.call("pause", (docker) => docker.getContainer(service.id).pause());
    expect((await provider.observe([service])).map(({ reason }) => reason)).toEqual(["container is paused"]);
    await engine.update({ ...service, outputs: { ...service.outputs, mustRun: false } }, wanted);
    expect((await client.container(service.id))?.State.Paused).toBe(false);
  });

  test("gets limits and restart policy in place", async () => {
    const service = await engine.create("container", "web", container("web", { ...SLEEP, memory: 32 }));
    const wanted = container("web", { ...SLEEP, memory: 96, cpuShares: 512, restart: "unless-stopped" });
    expect(await engine.diff(service, wanted)).toMatchObject({
      changed: ["cpuShares", "memory", "restart"],
      replaces: [],
    });
    const updated = await engine.update(service, wanted);
    expect(updated.initErrors).toEqual([]);
    const host = (await client.container(service.id))?.HostConfig;
    expect(host).toMatchObject({
      Memory: 96 << 20,
      CpuShares: 512,
      RestartPolicy: { Name: "unless-stopped" },
    });
    expect(updated.outputs).toMatchObject({ memory: 96, restart: "unless-stopped" });
  });

  test("is recreated for anything else, the old one first", async () => {
    const service = await engine.create("container", "web", container("web", SLEEP));
    for (const change of [
      { init: true },
      { tmpfs: { "/t": "" } },
      { healthcheck: { tests: ["CMD", "true"] } },
    ])
      expect(await engine.diff(service, container("web", { ...SLEEP, ...change }))).toEqual({
        changed: Object.keys(change),
        replaces: Object.keys(change),
        deleteBeforeReplace: true,
      });
  });

  test("that never started because its network was missing is completed by an update", async () => {
    const wanted = container("web", {
      ...SLEEP,
      networksAdvanced: [{ name: name("late") }],
      uploads: [{ file: "/x", content: "x" }],
    });
    const service = await engine.create("container", "web", wanted);
    expect(service.initErrors.join()).toContain(`network ${name("late")} not found`);
    expect((await client.container(service.id))?.State.Status).toBe("created");
    await engine.create("network", "late", { name: name("late"), labels: labels("late") });
    const completed = await engine.update(service, wanted);
    expect(completed.initErrors).toEqual([]);
    expect(await run(completed, "cat", "/x")).toBe("x");
  });
});

describe("a job", () => {
  const job = { attach: true, mustRun: false, logs: true };

  test("is waited for; its exit code and output are outputs", async () => {
    const done = await engine.create(
      "container",
      "job",
      container("job", { ...job, command: ["sh", "-c", "echo one; echo two >&2"] }),
    );
    expect(done.outputs).toMatchObject({
      exitCode: 0,
      containerLogs: expect.stringContaining("one\n") as unknown,
      mustRun: false,
    });
    expect(done.initErrors).toEqual([]);
    expect(await provider.observe([done])).toEqual([]);
  });

  test("that failed is found broken, so that it runs again", async () => {
    const failed = await engine.create(
      "container",
      "job",
      container("job", { ...job, command: ["sh", "-c", "exit 3"] }),
    );
    expect(failed.outputs["exitCode"]).toBe(3);
    expect(await provider.observe([failed])).toEqual([
      { urn: failed.urn, reason: "job exited with code 3", finding: { kind: "broken" } },
    ]);
  });

  test("keeps its outputs when only its record changes", async () => {
    const wanted = container("job", { ...job, command: ["echo", "hi"] });
    const done = await engine.create("container", "job", wanted);
    const updated = await engine.update(done, { ...wanted, destroyGraceSeconds: 3 });
    expect(updated.outputs).toMatchObject({ exitCode: 0, containerLogs: "hi\n", destroyGraceSeconds: 3 });
  });
});
