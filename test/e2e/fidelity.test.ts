import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";

import type { ContainerInspectInfo } from "dockerode";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { docker, ROOT, run, TestStack } from "./support/test-stack.ts";

/** Needs the Pulumi CLI with the plugins docker and random; without it these tests are skipped, and counted so. */
const hasPulumi = spawnSync("pulumi", ["version"]).status === 0;

/** A gateway with one agent; without files that belong to a user, which older plugins do not know. */
const SMALL = { NASIKO_SERVICES: "kong-service-registry", NASIKO_PUBLIC_IMAGES: "offline" };

describe.skipIf(!hasPulumi)("one program on two engines", () => {
  let stack: TestStack;
  let before: ReadonlySet<string>;

  beforeAll(async () => {
    before = await buildSteps();
    stack = await TestStack.create("e2e-fidelity");
    stack.copyAgent("translator");
  });
  afterAll(async () => {
    for (const id of await buildSteps())
      if (!before.has(id))
        await docker.call("remove a build step", (engine) => engine.getContainer(id).remove());
    await stack.remove();
    rmSync(join(ROOT, `Pulumi.${stack.name}.yaml`), { force: true });
  });

  const pulumi = async (...args: readonly string[]): Promise<void> => {
    const environment = {
      ...stack.environment(SMALL),
      PULUMI_BACKEND_URL: `file://${stack.home}`,
      PULUMI_CONFIG_PASSPHRASE_FILE: join(stack.home, "passphrase"),
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
    const outcome = await run(
      "pulumi",
      [...args, "--cwd", ROOT, "--stack", stack.name, "--non-interactive"],
      environment,
    );
    expect(outcome, outcome.stdout + outcome.stderr).toMatchObject({ exitCode: 0 });
  };

  /** What the engine says about every container, without what is new in each: ids, times, addresses, passwords. */
  const inspected = async (): Promise<ReadonlyMap<string, unknown>> => {
    const listed = await docker.containers({ labels: [`nasiko.stack=${stack.name}`] });
    const found = await Promise.all(listed.map(({ Id }) => docker.container(Id)));
    return new Map(
      found.flatMap((each) => (each === undefined ? [] : [[each.Name, normalised(each)] as const])),
    );
  };

  test("makes the same containers, and each engine finds nothing to do after the other", async () => {
    await stack.json(["local", "up", "--yes"], SMALL);
    await pulumi("preview", "--expect-no-changes");
    const ours = await inspected();
    await stack.json(["local", "down", "--volumes", "--yes"], SMALL);

    await pulumi("up", "--yes", "--skip-preview");
    expect(await inspected()).toEqual(ours);
    await pulumi("preview", "--expect-no-changes");
    expect(await stack.preview(SMALL)).toMatchObject({ changes: [] });
  });
});

/** Containers of build steps: the official provider lets the classic builder leave its own. */
async function buildSteps(): Promise<ReadonlySet<string>> {
  const all = await docker.containers({});
  const steps = all.filter(({ Image, State }) => /^[0-9a-f]{12}$/.test(Image) && State !== "running");
  return new Set(steps.map(({ Id }) => Id));
}

function normalised({ Config, HostConfig, NetworkSettings }: ContainerInspectInfo): unknown {
  const { Env: env, ...config } = Config;
  return {
    // The engine names the container's host after its id.
    config: { ...config, Hostname: "" },
    env: env
      .map((entry) => entry.replace(/^([^=]*(?:PASSWORD|SSL_CERT|SSL_CERT_KEY))=[^]*$/, "$1=…"))
      .toSorted(),
    // Which home made it: the embedded engine says so, the official provider cannot.
    host: withoutEmpty({ ...HostConfig, ContainerIDFile: "" }),
    networks: Object.keys(NetworkSettings.Networks).toSorted(),
  };
}

/** The engine keeps nothing in whatever form it was told nothing. */
const withoutEmpty = (settings: object): object =>
  Object.fromEntries(
    Object.entries(settings).filter(
      ([, value]) =>
        value !== null && !(typeof value === "object" && Object.keys(value as object).length === 0),
    ),
  );
