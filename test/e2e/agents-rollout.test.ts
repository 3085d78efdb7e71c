import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { sendMessage } from "./support/a2a.ts";
import { docker, ROOT, run, TestStack } from "./support/test-stack.ts";

interface Up {
  readonly steps: Readonly<Record<string, number>>;
  readonly changed: readonly { readonly resource: string; readonly operation: string }[];
}

const NOTHING = { create: 0, update: 0, replace: 0, delete: 0 };
const DICTIONARY = "src/dictionary/french.json";
const QUESTION = "translate good morning to french";

let stack: TestStack;
let agent: string;

beforeAll(async () => {
  stack = await TestStack.create("e2e-agent");
  agent = stack.copyAgent("translator");
  await stack.json<Up>(["local", "up", "--yes"]);
});

afterAll(async () => {
  await stack.remove();
});

const newContainers = async (before: ReadonlyMap<string, string>): Promise<readonly string[]> =>
  [...(await stack.containerIds())].filter(([name, id]) => before.get(name) !== id).map(([name]) => name);

describe("an agent", () => {
  test("is rolled for one byte in a nested file, and only it; the old image serves again after a revert", async () => {
    const file = join(agent, DICTIONARY);
    const original = readFileSync(file, "utf8");
    const before = await stack.containerIds();
    expect(await sendMessage(stack.gateway, "translator", QUESTION)).toMatch(/bonjour/i);

    writeFileSync(file, original.replace(/("good morning": *)"bonjour"/i, '$1"bonjoux"'));
    const changed = await stack.json<Up>(["local", "up", "--yes"]);

    expect(changed.steps).toMatchObject({ create: 2, delete: 2, update: 0, replace: 0 });
    expect(await newContainers(before)).toHaveLength(1);
    expect((await stack.containerIds()).size).toBe(before.size);
    expect(await sendMessage(stack.gateway, "translator", QUESTION)).toMatch(/bonjoux/i);

    writeFileSync(file, original);
    const images = await imageIds();
    const reverted = await stack.nasiko(["local", "up", "--yes"]);

    expect(reverted, reverted.stderr).toMatchObject({ exitCode: 0 });
    expect(reverted.stderr).not.toMatch(/Step \d+\/\d+/);
    expect(await imageIds()).toEqual(images);
    expect(await sendMessage(stack.gateway, "translator", QUESTION)).toMatch(/bonjour/i);
  });

  test("stays for a touch, an ignored file and another order of files", async () => {
    utimesSync(join(agent, DICTIONARY), new Date(0), new Date(0));
    writeFileSync(join(agent, "node_modules.ignored.log"), "x");
    expect((await stack.json<Up>(["preview"])).steps).toMatchObject(NOTHING);
  });

  test("stays when the checkout lies in another folder", async () => {
    const other = mkdtempSync(join(tmpdir(), "nasiko-checkout-"));
    const source = (path: string): boolean =>
      !/\/(?:node_modules|\.git|\.nasiko)(?:\/|$)/.test(path.slice(ROOT.length));
    cpSync(ROOT, other, { recursive: true, filter: source });
    cpSync(agent, join(other, stack.agentFolder("translator")), { recursive: true });
    symlinkSync(join(ROOT, "node_modules"), join(other, "node_modules"));
    const command = ["--stack", stack.name, "preview", "--json"];
    const outcome = await run(join(other, "nasiko"), command, stack.environment());
    expect(outcome, outcome.stderr).toMatchObject({ exitCode: 0 });
    rmSync(other, { recursive: true });
    expect((JSON.parse(outcome.stdout) as Up).steps).toMatchObject(NOTHING);
  });

  test("that cannot start fails the run and leaves the old version serving", async () => {
    const file = join(agent, "Dockerfile");
    const original = readFileSync(file, "utf8");
    writeFileSync(
      file,
      original.replace(/^CMD .*$/m, 'CMD ["node", "-e", "console.error(`no key`); process.exit(7)"]'),
    );
    const failed = await stack.nasiko(["local", "up", "--yes"]);
    writeFileSync(file, original);

    expect(failed.exitCode).toBe(22);
    expect(failed.stderr + failed.stdout).toMatch(/no key/);
    expect(await sendMessage(stack.gateway, "translator", QUESTION)).toMatch(/bonjour/i);

    const mended = await stack.json<Up>(["local", "up", "--yes"]);
    expect(mended.changed.every(({ operation }) => operation === "delete")).toBe(true);
    expect(await sendMessage(stack.gateway, "translator", QUESTION)).toMatch(/bonjour/i);
  });

  test("reaches the gateway, but no data store, no Docker proxy and not the gateway's Admin API", async () => {
    const container = [...(await stack.containerIds()).keys()].find((name) =>
      name.includes("agent-translator"),
    );
    const open = await reachable(container ?? "", [
      ...(await addressesOf("kong", 8000)),
      ...(await addressesOf("kong", 8001)),
      ...(await addressesOf("kong", 8007)),
      ...(await addressesOf("redis", 6379)),
      ...(await addressesOf("kong-database", 5432)),
      ...(await addressesOf("docker-proxy-read", 2375)),
    ]);
    expect(open).toContain("kong:8000");
    expect(open.filter((address) => !/^kong:8000$|^[\d.]+:8000$/.test(address))).toEqual([]);
  });
});

const imageIds = async (): Promise<readonly string[]> =>
  (await docker.images()).map(({ Id }) => Id).toSorted();

/** A service's port by name and by each of its addresses. */
async function addressesOf(service: string, port: number): Promise<readonly string[]> {
  const inspect = await docker.container(stack.containerName(service));
  const addresses = Object.values(inspect?.NetworkSettings.Networks ?? {}).map(({ IPAddress }) => IPAddress);
  expect(addresses.length).toBeGreaterThan(0);
  return [service, ...addresses].map((host) => `${host}:${port}`);
}

/** Which of these addresses a program inside the container can connect to. */
async function reachable(container: string, addresses: readonly string[]): Promise<readonly string[]> {
  const results = await Promise.all(
    addresses.map(async (address) => {
      const [host = "", port = ""] = address.split(":");
      const command = ["timeout", "2", "bash", "-c", `exec 3<>/dev/tcp/${host}/${port}`];
      const { exitCode } = await docker.exec(container, command, {
        timeout: 5000,
        signal: AbortSignal.timeout(10_000),
      });
      return exitCode === 0 ? [address] : [];
    }),
  );
  return results.flat();
}
