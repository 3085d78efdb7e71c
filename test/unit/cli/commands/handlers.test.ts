import { afterEach, describe, expect, test, vi } from "vitest";

import { doctor as doctorCommand } from "../../../../cli/commands/doctor.ts";
import { logs as logsCommand } from "../../../../cli/commands/local/logs.ts";
import { restart as restartCommand } from "../../../../cli/commands/local/restart.ts";
import { stacks as stacksCommand } from "../../../../cli/commands/stacks.ts";
import { stats as statsCommand } from "../../../../cli/commands/local/stats.ts";
import { status as statusCommand } from "../../../../cli/commands/local/status.ts";
import { wait as waitCommand } from "../../../../cli/commands/local/wait.ts";
import { env as envCommand } from "../../../../cli/commands/env.ts";
import { up as upCommand } from "../../../../cli/commands/local/up.ts";
import { describeProblems } from "../../../../cli/lib/describe-problems.ts";
import { blueprintOf } from "../../../../cli/stack/blueprint/blueprint.ts";
import { checkBeforehand } from "../../../../cli/features/preflight/check-beforehand.ts";
import { EXIT } from "../../../../cli/lib/exit-codes.ts";
import type { FakeContainer } from "../../../support/fake-docker.ts";
import { calling, createSurroundings, type Surroundings } from "../handler-context.ts";

const doctor = calling(doctorCommand);
const env = calling(envCommand);
const logs = calling(logsCommand);
const restart = calling(restartCommand);
const stacks = calling(stacksCommand);
const stats = calling(statsCommand);
const status = calling(statusCommand);
const up = calling(upCommand);
const wait = calling(waitCommand);

const open: Surroundings[] = [];
afterEach(() => Promise.all(open.splice(0).map((each) => each.close())));

async function surroundings(
  containers: readonly FakeContainer[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<Surroundings> {
  const made = await createSurroundings({ environment });
  open.push(made);
  made.docker.containers.push(...containers);
  return made;
}

const container = (service: string, more: Partial<FakeContainer> = {}): FakeContainer => ({
  name: `nasiko-local-${service}`,
  labels: { "nasiko.stack": "local", "nasiko.service": service, "nasiko.kind": "service" },
  running: true,
  health: "healthy",
  log: [],
  ...more,
});

const at = (second: number, text: string): string => `2026-01-31T08:00:0${second}.000000001Z ${text}`;

/** Polls, with a limit far above what any machine needs. */
const until = (condition: () => boolean): Promise<boolean> =>
  vi.waitUntil(condition, { timeout: 50_000, interval: 20 });

describe("status", () => {
  test("is 0 when everything is healthy, and has uptime and hash for programs", async () => {
    const { context } = await surroundings([container("redis")]);
    const { exitCode, json } = await status(context, {});
    expect(exitCode).toBe(EXIT.done);
    expect(json).toMatchObject({ ok: true, services: [{ name: "redis", state: "healthy" }] });
  });

  test("tells by its exit code, and says why", async () => {
    const { context } = await surroundings([container("redis", { running: false, exitCode: 137 })]);
    const { exitCode, text } = await status(context, {});
    expect(exitCode).toBe(EXIT.notHealthy);
    expect(text).toContain("ended with exit code 137");
  });
});

test("the status of a container that ends while it is looked at is as Docker has it", async () => {
  const { context } = await surroundings([container("redis", { health: "starting" })]);
  const { exitCode, json } = await status(context, {});
  expect(exitCode).toBe(EXIT.notHealthy);
  expect(json).toMatchObject({ services: [{ name: "redis", state: "starting" }] });
});

describe("logs", () => {
  test("are merged by time, with the service before each line", async () => {
    const { context } = await surroundings([
      container("redis", { log: [at(1, "first"), at(3, "third")] }),
      container("kong", { log: [at(2, "second")] }),
    ]);
    const { text } = await logs(context, {});
    expect(text).toBe("redis | first\nkong  | second\nredis | third");
  });

  test("are narrowed by service, number and pattern", async () => {
    const { context } = await surroundings([
      container("redis", { log: [at(1, "error one"), at(2, "fine"), at(3, "error two")] }),
      container("kong", { log: [at(2, "error of kong")] }),
    ]);
    const { json } = await logs(context, { services: ["redis"], grep: "^error" });
    expect(json).toMatchObject({ lines: [{ text: "error one" }, { text: "error two" }] });
    expect((await logs(context, { services: ["redis"], tail: "1" })).text).toBe("redis | error two");
  });

  test("of one request are found in all services, however long ago it was", async () => {
    const trace = "0af7651916cd43dd8448eb211c80319c";
    const { context } = await surroundings([
      container("redis", { log: [at(1, "nothing of it")] }),
      container("nasiko-router", { log: [at(2, `{"trace_id":"${trace}"}`), at(4, "another")] }),
      container("nasiko-backend", { log: [at(3, `{"trace_id":"${trace}","message":"request"}`)] }),
    ]);
    const { json } = await logs(context, { trace: trace.toUpperCase(), tail: "1" });
    expect(json).toMatchObject({ lines: [{ member: "nasiko-router" }, { member: "nasiko-backend" }] });
    await expect(logs(context, { trace: "0af7" })).rejects.toMatchObject({
      problems: [expect.objectContaining({ code: "NSK-OPTION-INVALID" })],
    });
  });

  test("that are followed go on through a restart, say nothing twice, and end by Ctrl-C", async () => {
    const { context, docker, told, interrupt } = await surroundings([
      container("redis", { log: [at(1, "one")] }),
    ]);
    const followed = logs(context, { follow: true });
    await until(() => docker.followers() === 1);
    docker.write("nasiko-local-redis", at(2, "two"));
    await until(() => told.length === 2);
    docker.hangUp("nasiko-local-redis");
    docker.write("nasiko-local-redis", at(3, "while nobody listened"));
    await until(() => told.length === 3);
    await until(() => docker.followers() === 1);
    interrupt();
    expect(await followed).toMatchObject({ exitCode: EXIT.done });
    expect(told).toEqual(["redis | one", "redis | two", "redis | while nobody listened"]);
  });

  test("of a service that is none name the nearest", async () => {
    const { context } = await surroundings([container("redis")]);
    await expect(logs(context, { services: ["reddis"] })).rejects.toMatchObject({
      code: "NSK-SERVICE-UNKNOWN",
      suggestion: "Did you mean redis?",
    });
  });

  test("of a stack without containers say how to make some", async () => {
    const { context } = await surroundings();
    await expect(logs(context, {})).rejects.toMatchObject({ code: "NSK-NOTHING-RUNS" });
  });

  test.each([
    [{ tail: "many" }, "--tail"],
    [{ since: "soon" }, "--since"],
    [{ grep: "(" }, "--grep"],
    [{ follow: true, json: true }, "--json"],
  ])("refuse %o", async (options, named) => {
    const { context } = await surroundings([container("redis")]);
    await expect(logs(context, options)).rejects.toThrow(named);
  });
});

describe("up", () => {
  const PORT = 9100 + 31_000;
  const neighbour = container("web", { labels: {}, name: "somebody-elses", hostPorts: [PORT] });
  const services = { NASIKO_SERVICES: "kong" };

  test("refuses a taken port before anything changes, naming the container and a free port", async () => {
    const { context, told } = await surroundings([neighbour], services);
    const refusal: unknown = await up(context, {}).catch((error: unknown) => error);
    expect(describeProblems(refusal)).toMatch(
      /^NSK-PORT-IN-USE: .*\n.*docker stop somebody-elses\.\n {2}→ NASIKO_PORT_KONG=\d+ /,
    );
    expect(told.join("\n")).toContain("--auto-ports");
  });

  test("moves a default port on request, and keeps it there", async () => {
    const { context } = await surroundings([neighbour], services);
    const [moved] = (await checkBeforehand(context, await blueprintOf(context), true)).moved;
    expect(moved).toMatchObject({ service: "kong", setting: "NASIKO_PORT_KONG", from: PORT });
    const { settings, urls } = await blueprintOf(context);
    expect(settings.portKong).toBe(moved?.to);
    expect(urls).toContainEqual({ label: "Gateway", url: `http://127.0.0.1:${moved?.to}/` });
    // What was moved is not in the way any more, and moves again when it is.
    expect((await checkBeforehand(context, await blueprintOf(context), false)).moved).toEqual([]);
    const { json } = await env(context, {});
    expect(json).toMatchObject({ environment: { NASIKO_PORT_KONG: String(moved?.to) } });
  });

  test("never moves a port that the user set", async () => {
    const { context } = await surroundings([neighbour], { ...services, NASIKO_PORT_KONG: String(PORT) });
    await expect(checkBeforehand(context, await blueprintOf(context), true)).rejects.toMatchObject({
      code: "NSK-PORT-IN-USE",
    });
  });
});

describe("restart", () => {
  test("waits until the service is healthy again", async () => {
    const { context, docker } = await surroundings([container("redis")]);
    const { exitCode, json } = await restart(context, { services: ["redis"] });
    expect(exitCode).toBe(EXIT.done);
    expect(json).toMatchObject({ restarted: [{ service: "redis" }] });
    expect(docker.changes).toEqual(["restart nasiko-local-redis"]);
  });

  test("takes what depends on it along, in start order", async () => {
    const { context, docker } = await surroundings(
      ["kong-service-registry", "kong", "kong-database"].map((name) => container(name)),
      { NASIKO_SERVICES: "kong-service-registry" },
    );
    await restart(context, { services: ["kong"], dependents: true });
    expect(docker.changes).toEqual([
      "restart nasiko-local-kong",
      "restart nasiko-local-kong-service-registry",
    ]);
  });

  test("fails with the report of an up when it does not come back", async () => {
    const { context } = await surroundings([
      container("redis", { health: "unhealthy", log: [at(1, "Can't save in background")] }),
    ]);
    const { exitCode, text } = await restart(context, {});
    expect(exitCode).toBe(EXIT.deploymentFailed);
    expect(text).toContain("✗ redis is unhealthy: its health check failed 3 times in a row");
    expect(text).toContain("| no answer");
    expect(text).toContain("Can't save in background");
  });
});

describe("wait", () => {
  test("returns at once for what is so already", async () => {
    const { context } = await surroundings([container("redis")]);
    expect(await wait(context, {})).toMatchObject({ exitCode: EXIT.done, json: { ok: true } });
  });

  test("returns when it becomes so", async () => {
    const redis = container("redis", { health: "unhealthy" });
    const { context } = await surroundings([redis]);
    const waited = wait(context, { timeout: "10m" });
    redis.health = "healthy";
    expect(await waited).toMatchObject({ exitCode: EXIT.done });
  });

  test("has an exit code of its own for the end of the time, and names what is missing", async () => {
    const { context } = await surroundings([container("redis", { health: "unhealthy" })]);
    expect(await wait(context, { timeout: "0" })).toMatchObject({
      exitCode: EXIT.timeIsUp,
      json: { ok: false, waitingFor: ["redis"] },
    });
  });

  test("refuses a name that is none: it would wait in vain", async () => {
    const { context } = await surroundings([container("redis")]);
    await expect(wait(context, { services: ["reddis"] })).rejects.toThrow("There is no service reddis.");
  });
});

test("stats are what the engine measured, without the kernel's cache", async () => {
  const { context } = await surroundings([container("redis")]);
  const { json } = await stats(context, {});
  expect(json).toMatchObject({
    services: [{ member: "redis", memoryBytes: 80 * 2 ** 20, cpuPercent: 80 }],
    total: { memoryBytes: 80 * 2 ** 20 },
  });
});

test("stacks are found on the engine, whoever made them", async () => {
  const other = container("redis", { labels: { "nasiko.stack": "second", "nasiko.service": "redis" } });
  const { context } = await surroundings([{ ...other, name: "nasiko-second-redis" }]);
  expect((await stacks(context, {})).json).toMatchObject({
    stacks: [{ name: "second", hasState: false, containers: 1, running: 1 }],
  });
});

describe("doctor", () => {
  test("says everything at once, and refuses nothing on a good machine", async () => {
    const { context } = await surroundings();
    const { exitCode, text, json } = await doctor(context, {});
    expect(exitCode, text).toBe(EXIT.done);
    const { findings } = json as { readonly findings: readonly { readonly group: string }[] };
    expect(new Set(findings.map(({ group }) => group))).toEqual(
      new Set(["engine", "resources", "images", "stack", "toolchain"]),
    );
  });

  test("goes on after a setting that is wrong", async () => {
    const { context } = await surroundings([], { NASIKO_PORT_KNOG: "1" });
    const { exitCode, text } = await doctor(context, {});
    expect(exitCode).toBe(10);
    expect(text).toContain("Did you mean NASIKO_PORT_KONG?");
    expect(text).toContain("Docker 20.10.24");
  });

  test("says that the engine does not answer, once, and still looks at the tools", async () => {
    const { context } = await surroundings([], { DOCKER_HOST: "unix:///nonexistent/docker.sock" });
    const { exitCode, text } = await doctor(context, {});
    expect(exitCode).toBe(13);
    expect(text.match(/No Docker engine answers/g)).toHaveLength(1);
    expect(text).toContain("Node: v");
  });
});
