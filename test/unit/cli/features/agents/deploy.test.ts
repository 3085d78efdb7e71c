import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { deployAgent } from "../../../../../cli/features/agents/deploy.ts";
import { knownStack } from "../../../../../cli/stack/observe/recall-plan.ts";
import type { AgentInBrief } from "../../../../../cli/stack/observe/planned-stack.ts";
import { LABEL } from "../../../../../platform/blueprint/labels.ts";
import { createSurroundings, type Surroundings } from "../../handler-context.ts";

let folder: string;
let surroundings: Surroundings;
let registry: Server;
/** What the service registry serves: hashes by agent. */
let served: Record<string, string>;
/** Whether the state is read, which only building a blueprint does: that is as far as a test lets it come. */
let builds: boolean;
let isReady: boolean;
let agent: AgentInBrief;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "nasiko-deploy-"));
  served = {};
  isReady = false;
  registry = createServer((_, response) => {
    const agents = Object.entries(served).map(([name, hash]) => ({ agent: name, served: { hash } }));
    response.end(JSON.stringify({ agents }));
  });
  await new Promise<void>((resolve) => registry.listen(0, "127.0.0.1", resolve));
  // A server that listens on a port has an address of this kind.
  const { port } = registry.address() as AddressInfo;
  const home = join(folder, "home");
  mkdirSync(join(home, ".pulumi/stacks/nasiko"), { recursive: true, mode: 0o700 });
  for (const [name, text] of [
    ["passphrase", "secret"],
    [".pulumi/stacks/nasiko/local.json", "{}"],
  ] as const)
    writeFileSync(join(home, name), text, { mode: 0o600 });
  surroundings = await createSurroundings({
    environment: {
      NASIKO_HOME: home,
      NASIKO_SERVICES: "",
      NASIKO_PORT_OFFSET: "0",
      NASIKO_PORT_SERVICE_REGISTRY: String(port),
    },
    engine: {
      readStack: () => {
        builds = true;
        return isReady ? Promise.reject(new Error("the test expects no more")) : Promise.resolve(undefined);
      },
    },
  });
  // The first look may make bundles, which are inputs: the second one is kept.
  for (let look = 0; look < 2; look++) {
    const { plan } = await knownStack(surroundings.context);
    const found = plan.agents.find(({ name }) => name === "translator");
    if (found === undefined) throw new Error("the sample is gone");
    agent = found;
  }
  serve(agent.hash);
  builds = false;
  isReady = true;
});

afterEach(async () => {
  registry.closeAllConnections();
  registry.close();
  await surroundings.close();
  rmSync(folder, { recursive: true });
});

/** The agent's container runs, and the registry serves this version of it. */
function serve(hash: string): void {
  served = { translator: hash };
  surroundings.docker.images.splice(0, Infinity, agent.image.reference);
  surroundings.docker.containers.splice(0, Infinity, {
    name: agent.container.name,
    labels: {
      [LABEL.stack]: "local",
      [LABEL.kind]: "agent",
      [LABEL.agent]: "translator",
      [LABEL.hash]: hash,
      [LABEL.managedBy]: "pulumi",
    },
    running: true,
    health: "healthy",
    image: agent.image.reference,
    log: [],
  });
}

const deploy = (source?: string): ReturnType<typeof deployAgent> =>
  deployAgent({
    context: surroundings.context,
    name: "translator",
    waitLock: false,
    ...(source === undefined ? {} : { source }),
  });

describe("deploying an agent whose newest version is served", () => {
  test("reads neither settings nor folders again", async () => {
    const { exitCode, json } = await deploy();
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({
      agent: "translator",
      version: agent.image.shortHash,
      url: agent.url,
      changed: false,
    });
    expect(builds).toBe(false);
  });

  test.each<readonly [string, () => void]>([
    ["another version is served", () => (served = { translator: "v1:other" })],
    ["its image is gone", () => surroundings.docker.images.splice(0)],
    [
      "its container stands still",
      () => {
        for (const container of surroundings.docker.containers) container.running = false;
      },
    ],
  ])("is no longer taken for granted when %s", async (_, change) => {
    change();
    await expect(deploy()).rejects.toThrow("the test expects no more");
    expect(builds).toBe(true);
  });

  test("is no longer taken for granted from another folder", async () => {
    await expect(deploy("agents/calculator")).rejects.toThrow("the test expects no more");
    expect(builds).toBe(true);
  });
});
