import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { fetchCard, sendMessage } from "./support/a2a.ts";
import { docker, TestStack } from "./support/test-stack.ts";

interface Up {
  readonly steps: Readonly<Record<string, number>>;
  readonly changed: readonly { readonly resource: string; readonly operation: string }[];
}
interface Status {
  readonly ok: boolean;
  readonly services: readonly {
    readonly name: string;
    readonly ok: boolean;
    readonly state: string;
    readonly standIn: boolean;
  }[];
  readonly agents: readonly { readonly name: string; readonly ok: boolean }[];
}

const NOTHING = { create: 0, update: 0, replace: 0, delete: 0 };

let stack: TestStack;
let firstUp: Awaited<ReturnType<TestStack["nasiko"]>>;

beforeAll(async () => {
  stack = await TestStack.create("e2e-platform");
  stack.copyAgent("translator");
  firstUp = await stack.nasiko(["local", "up", "--yes"]);
});

afterAll(async () => {
  await stack.remove();
});

describe("the platform on a real engine", () => {
  test("comes up with one command and says where things are", () => {
    expect(firstUp, firstUp.stderr).toMatchObject({ exitCode: 0 });
    expect(firstUp.stdout).toContain(`${stack.gateway}/agents/agent-translator/`);
    expect(firstUp.stdout).toContain("Stand-ins, because no registry is used: kong");
  });

  test("is healthy by its own word, stand-ins marked", async () => {
    const status = await stack.json<Status>(["local", "status"]);
    expect(status.services.map(({ name, state }) => `${name} ${state}`).toSorted()).toEqual([
      "docker-proxy-read healthy",
      "kong healthy",
      "kong-database healthy",
      "kong-migrations done",
      "kong-service-registry healthy",
      "redis healthy",
    ]);
    expect(status.services.filter(({ standIn }) => standIn).map(({ name }) => name)).toEqual([
      "kong-migrations",
      "kong",
    ]);
    expect(status.agents).toMatchObject([{ name: "translator", ok: true }]);
  });

  test("serves the agent through its gateway", async () => {
    expect((await fetchCard(stack.gateway, "translator")).name).toMatch(/translator/i);
    expect(await sendMessage(stack.gateway, "translator", "translate good morning to french")).toMatch(
      /bonjour/i,
    );
  });

  test("does not take another agent's name for this one's", async () => {
    expect((await fetch(`${stack.gateway}/agents/agent-translator2/`)).status).toBe(404);
  });

  test("has nothing to do the second time: no step, the same containers", async () => {
    const before = await stack.containerIds();
    const again = await stack.json<Up>(["local", "up", "--yes"]);
    expect(again.steps).toMatchObject(NOTHING);
    expect(await stack.containerIds()).toEqual(before);
  });

  test("previews nothing when there is nothing to do", async () => {
    expect((await stack.json<Up>(["preview"])).steps).toMatchObject(NOTHING);
  });

  test("repairs exactly the container that was removed behind its back", async () => {
    const before = await stack.containerIds();
    await docker.call("remove", (engine) =>
      engine.getContainer(stack.containerName("redis")).remove({ force: true }),
    );
    expect((await stack.nasiko(["local", "status"])).exitCode).not.toBe(0);

    const repair = await stack.json<Up>(["local", "up", "--yes"]);

    expect(repair.changed).toMatchObject([{ resource: "container redis", operation: "create" }]);
    const after = await stack.containerIds();
    expect([...after].filter(([name, id]) => before.get(name) !== id).map(([name]) => name)).toEqual([
      stack.containerName("redis"),
    ]);
  });

  test("starts a container again that was killed", async () => {
    await docker.call("kill", (engine) =>
      engine.getContainer(stack.containerName("docker-proxy-read")).kill(),
    );
    const repair = await stack.json<Up>(["local", "up", "--yes"]);
    expect(repair.changed).toMatchObject([{ resource: "container docker-proxy-read" }]);
    // The registry has to notice that its proxy is back, which takes it a moment.
    await expect
      .poll(async () => (await stack.nasiko(["local", "status"])).exitCode, { timeout: 60_000 })
      .toBe(0);
  });

  test("keeps its routes when the gateway restarts while the registry is stopped", async () => {
    const registry = stack.containerName("kong-service-registry");
    await docker.call("stop", (engine) => engine.getContainer(registry).stop());
    await docker.call("restart", (engine) => engine.getContainer(stack.containerName("kong")).restart());
    await expect
      .poll(
        () =>
          fetchCard(stack.gateway, "translator").then(
            ({ name }) => name,
            () => undefined,
          ),
        { timeout: 30_000 },
      )
      .toMatch(/translator/i);
    await docker.call("start", (engine) => engine.getContainer(registry).start());
  });

  test("keeps data through down and up, and is empty in between", async () => {
    // Broken settings keep nobody from stopping what runs.
    const down = await stack.json<Up>(["local", "down"], { NASIKO_SERVICES: "no-such-service" });
    expect(down.steps["delete"]).toBeGreaterThan(0);
    // It leaves what the program declares when it is not to run.
    expect((await stack.nasiko(["preview"], { NASIKO_RUNNING: "false" })).exitCode).toBe(0);
    expect((await stack.containerIds()).size).toBe(0);
    const volumes = await docker.volumes({ labels: [`nasiko.stack=${stack.name}`] });
    expect(volumes.map(({ Name }) => Name)).toEqual(
      expect.arrayContaining(
        ["kong-database-data-offline", "redis-data-offline"].map((volume) => stack.containerName(volume)),
      ),
    );
    await stack.json<Up>(["local", "up", "--yes"]);
    expect((await fetchCard(stack.gateway, "translator")).name).toMatch(/translator/i);
  });

  test("tells what was done with it, the latest first", async () => {
    const { runs } = await stack.json<{ readonly runs: readonly PastRun[] }>(["local", "history"]);
    expect(runs.slice(0, 2)).toEqual([
      expect.objectContaining({ kind: "update", result: "succeeded", by: userInfo().username }),
      expect.objectContaining({ kind: "destroy", result: "succeeded" }),
    ]);
    expect(runs[0]?.steps).toContainEqual(expect.objectContaining({ name: "kong", operation: "create" }));
  });
});

interface PastRun {
  readonly kind: string;
  readonly result: string;
  readonly by: string | null;
  readonly steps: readonly { readonly name: string; readonly operation: string }[];
}

describe("secrets", () => {
  test("are in no output, no log, no plan and no file that others may read", async () => {
    const secrets = await secretsOf(stack);
    expect(secrets.length).toBeGreaterThanOrEqual(2);
    const outputs = [
      firstUp,
      await stack.nasiko(["preview", "--json"]),
      await stack.nasiko(["local", "status", "--json"]),
      await stack.nasiko(["local", "up", "--yes", "--json"]),
    ].flatMap(({ stdout, stderr }) => [stdout, stderr]);
    const logs = await containerLogs(stack);
    const files = filesBelow(stack.home);
    for (const secret of secrets) {
      expect([...outputs, ...logs].filter((text) => text.includes(secret))).toEqual([]);
      expect(files.filter((file) => readFileSync(file, "utf8").includes(secret))).toEqual([]);
    }
    expect(files.filter((file) => (statSync(file).mode & 0o077) !== 0)).toEqual([]);
  });

  test("are in no report either, which shows what is in it", async () => {
    const file = join(stack.work, "report.tar.gz");
    const planted = { translator: { PLANTED: "planted-by-the-test-1234" } };
    const surroundings = {
      NASIKO_AGENT_SECRETS: JSON.stringify(planted),
      OPENAI_API_KEY: "sk-e2e-not-a-real-key",
    };
    const refused = await stack.nasiko(["support", "--output", file], surroundings);
    expect(refused.exitCode).toBe(5);
    const written = await stack.nasiko(["support", "--yes", "--output", file], surroundings);
    expect(written, written.stderr).toMatchObject({ exitCode: 0 });
    const text = execFileSync("tar", ["-xzOf", file], { encoding: "utf8", maxBuffer: 100 * 1024 * 1024 });
    const names = execFileSync("tar", ["-tzf", file], { encoding: "utf8" });
    for (const name of ["versions", "doctor", "config", "status", "history", "preview"])
      expect(names).toContain(`/${name}.json\n`);
    expect(text).toContain("kong-service-registry");
    const secrets = [...(await secretsOf(stack)), planted.translator.PLANTED, surroundings.OPENAI_API_KEY];
    for (const secret of secrets) expect(text.includes(secret), secret).toBe(false);
    expect(statSync(file).mode & 0o077).toBe(0);
  });
});

/** The generated passwords, as the containers that use them hold them. */
async function secretsOf({ name }: TestStack): Promise<readonly string[]> {
  const containers = await docker.containers({ labels: [`nasiko.stack=${name}`] });
  const inspected = await Promise.all(containers.map(({ Id }) => docker.container(Id)));
  const env = inspected.flatMap((container) => container?.Config.Env ?? []);
  return [
    ...new Set(env.flatMap((line) => /^(?:REDISCLI_AUTH|POSTGRES_PASSWORD)=(.+)$/.exec(line)?.[1] ?? [])),
  ];
}

async function containerLogs({ name }: TestStack): Promise<readonly string[]> {
  const containers = await docker.containers({ labels: [`nasiko.stack=${name}`] });
  const logs = await Promise.all(containers.map(({ Id }) => docker.logs(Id)));
  return logs.map((lines) => lines.join("\n"));
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
