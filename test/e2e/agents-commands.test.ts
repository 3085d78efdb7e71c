import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { docker, ROOT, TestStack } from "./support/test-stack.ts";
import { callTinyAgent, removeAgentImages, startLoad, writeTinyAgent } from "./support/tiny-agent.ts";

interface Deployed {
  readonly changed: boolean;
  readonly version: string;
  readonly url: string;
  readonly warning?: string;
}

interface Listed {
  readonly agents: readonly {
    readonly name: string;
    readonly state: string;
    readonly version: string;
    readonly skills: readonly string[];
    readonly notes: readonly string[];
  }[];
}

interface WatchEvent {
  readonly event: string;
  readonly ok?: boolean;
}

let stack: TestStack;
let tiny: string;
let other: string;

beforeAll(async () => {
  stack = await TestStack.create("e2e-agents");
  tiny = join(stack.work, "tiny");
  other = join(stack.work, "other");
  writeTinyAgent(tiny, "1");
  writeTinyAgent(other, "o1");
  await stack.json(["local", "up", "--yes"], { NASIKO_AGENTS: `other=${stack.agentFolder("other")}` });
});

afterAll(async () => {
  await stack.remove();
  await removeAgentImages("tiny", "other", "e2e-fixed");
});

/** As people run it: nothing in the environment says which agents there are. */
const PLAIN = { NASIKO_AGENTS: "" };

const deploy = (...args: readonly string[]): Promise<Deployed> =>
  stack.json<Deployed>(["local", "deploy-agent", ...args], PLAIN);

const configFile = (): string => readFileSync(join(ROOT, `Pulumi.${stack.name}.yaml`), "utf8");

const urlOf = (agent: string): string => `${stack.gateway}/agents/agent-${agent}/`;

describe("deploy-agent", () => {
  test("adds an agent, keeps the decision, and touches nothing else, whatever else is pending", async () => {
    const before = await stack.containerIds();
    writeTinyAgent(other, "o2");

    const deployed = await deploy("tiny", tiny);
    expect(deployed).toMatchObject({ changed: true, url: urlOf("tiny") });
    expect(await callTinyAgent(deployed.url)).toBe("1");

    const after = await stack.containerIds();
    expect([...after].filter(([name]) => before.has(name))).toEqual([...before]);
    expect(after.size).toBe(before.size + 1);
    expect(await callTinyAgent(urlOf("other"))).toBe("o1");
    expect(configFile()).toContain(`tiny: ${stack.agentFolder("tiny")}`);
  });

  test("does nothing for an agent that has not changed, and says why", async () => {
    const state = join(stack.home, ".pulumi/stacks/nasiko", `${stack.name}.json`);
    const before = readFileSync(state, "utf8");
    const outcome = await stack.nasiko(["local", "deploy-agent", "tiny"], PLAIN);
    expect(outcome, outcome.stderr).toMatchObject({ exitCode: 0, stderr: "" });
    expect(outcome.stdout).toMatch(/up to date after [\d.]+ s: its content has not changed/);
    expect(readFileSync(state, "utf8")).toBe(before);
  });

  test("rolls under load: no call fails, also one that takes long, and none comes too late", async () => {
    const long = callTinyAgent(urlOf("tiny"), 8000);
    const load = startLoad(urlOf("tiny"), 50);
    writeTinyAgent(tiny, "2");
    const { changed } = await deploy("tiny");
    const afterwards = await Promise.all(Array.from({ length: 20 }, () => callTinyAgent(urlOf("tiny"))));
    const answers = await load.stop();

    expect(changed).toBe(true);
    expect(new Set(answers)).toEqual(new Set(["1", "2"]));
    expect(new Set(afterwards)).toEqual(new Set(["2"]));
    expect(await long).toBe("1");
  });

  test("rebuilds an image that somebody removed, and leaves the container alone", async () => {
    const { version } = await deploy("tiny");
    const before = await stack.containerIds();
    const reference = `nasiko/agent-tiny:${version}`;
    await docker.call("untag", (engine) => engine.getImage(reference).remove({ force: true }));
    expect(await docker.image(reference)).toBeUndefined();

    expect(await deploy("tiny")).toMatchObject({ changed: true, version });
    expect(await docker.image(reference)).toBeDefined();
    expect(await stack.containerIds()).toEqual(before);
  });

  test("says aloud when the environment hides the decision", async () => {
    const hiding = { NASIKO_AGENTS: `other=${stack.agentFolder("other")}` };
    const { warning } = await stack.json<Deployed>(["local", "deploy-agent", "tiny", tiny], hiding);
    expect(warning).toMatch(/NASIKO_AGENTS from the environment hides Pulumi\..*\.yaml.*removes it/);
  });

  test("can do without two containers at a time, for platforms that know an agent by its name", async () => {
    const recreate = { ...PLAIN, NASIKO_AGENT_ROLLOUT: "recreate" };
    const folder = join(stack.work, "e2e-fixed");
    for (const version of ["f1", "f2"]) {
      writeTinyAgent(folder, version);
      await stack.json<Deployed>(["local", "deploy-agent", "e2e-fixed", folder], recreate);
      expect(await callTinyAgent(urlOf("e2e-fixed"))).toBe(version);
      expect([...(await stack.containerIds()).keys()]).toContain("agent-e2e-fixed");
    }
    await stack.json(["local", "remove-agent", "e2e-fixed"], recreate);
  });
});

describe("rollback-agent", () => {
  test("goes back without building, stays there, and is taken back by the next deployment", async () => {
    const { version: second } = await deploy("tiny");
    const back = await stack.nasiko(["local", "rollback-agent", "tiny", "--json"], PLAIN);
    expect(back, back.stderr).toMatchObject({ exitCode: 0 });
    expect(back.stderr).not.toMatch(/Step \d+\//);
    expect(await callTinyAgent(urlOf("tiny"))).toBe("1");

    const { agents } = await stack.json<Listed>(["local", "agents"], PLAIN);
    const listed = agents.find(({ name }) => name === "tiny");
    expect(listed).toMatchObject({ state: "served", skills: ["Tell"], notes: ["stays on this version"] });
    expect(configFile()).toContain(`@${listed?.version ?? ""}`);
    // Not through json(): the other agent's change is pending, which the exit code of a preview tells.
    const { stdout } = await stack.nasiko(["preview", "--json"], PLAIN);
    const preview = JSON.parse(stdout) as { readonly changes: readonly { readonly resource: string }[] };
    expect(preview.changes.filter(({ resource }) => resource.includes("agent-other"))).not.toEqual([]);
    expect(preview.changes.filter(({ resource }) => resource.includes("agent-tiny"))).toEqual([]);

    expect(await deploy("tiny")).toMatchObject({ changed: true, version: second });
    expect(await callTinyAgent(urlOf("tiny"))).toBe("2");
  });

  test("names what there is when there is nothing to go back to", async () => {
    const outcome = await stack.nasiko(["local", "rollback-agent", "tiny", "ffffffffffff"], PLAIN);
    expect(outcome.exitCode).toBe(11);
    expect(outcome.stderr).toMatch(/NSK-AGENT-VERSION-UNKNOWN.*\n.*newest first: [0-9a-f]{8}/);
  });
});

test("only so many versions are kept as asked for", async () => {
  writeTinyAgent(tiny, "3");
  await stack.json(["local", "deploy-agent", "tiny"], { ...PLAIN, NASIKO_AGENT_VERSIONS: "1" });
  const images = (await docker.images()).flatMap(({ RepoTags }) => RepoTags ?? []);
  expect(images.filter((tag) => tag.startsWith("nasiko/agent-tiny:"))).toHaveLength(1);
});

test("watch deploys what changes until it is told to stop", async () => {
  const child = spawn(join(ROOT, "nasiko"), ["--stack", stack.name, "local", "watch", "tiny", "--events"], {
    env: stack.environment(PLAIN),
    stdio: ["ignore", "pipe", "ignore"],
  });
  let stdout = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  const ended = once(child, "close");
  const deployments = (): readonly WatchEvent[] =>
    stdout
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as WatchEvent)
      .filter(({ event }) => event === "deployment");
  // It begins with a deployment of its own; the change may fall in before, during or after that.
  for (const version of ["w1", "w2"]) {
    const before = deployments().length;
    writeTinyAgent(tiny, version);
    while (deployments().length === before || (await callTinyAgent(urlOf("tiny"))) !== version) {
      expect(child.exitCode).toBeNull();
      await sleep(200);
    }
  }
  child.kill("SIGINT");
  await ended;
  expect(child.exitCode).toBe(0);
  expect(deployments().map(({ ok }) => ok)).not.toContain(false);
});

describe("remove-agent", () => {
  test("takes one agent away, and the decision with it", async () => {
    const before = await stack.containerIds();
    await stack.json(["local", "remove-agent", "tiny"], PLAIN);
    const gone = [...before.keys()].filter((name) => name.includes("agent-tiny"));
    expect(gone).toHaveLength(1);
    expect((await stack.containerIds()).size).toBe(before.size - 1);
    expect(configFile()).not.toContain("tiny");
    expect(existsSync(tiny)).toBe(true);
  });

  test("knows only agents that there are", async () => {
    const outcome = await stack.nasiko(["local", "remove-agent", "othr"], PLAIN);
    expect(outcome.exitCode).toBe(11);
    expect(outcome.stderr).toMatch(/NSK-AGENT-UNKNOWN: There is no agent othr\.[^]*Did you mean other\?/);
  });
});
