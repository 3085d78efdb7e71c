import type { ContainerInspectInfo } from "dockerode";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { buildBlueprint } from "../../platform/blueprint/blueprint.ts";
import { catalogue } from "../../platform/services/catalogue.ts";
import { resolveSettings } from "../../platform/settings/resolve.ts";
import type { Settings } from "../../platform/settings/settings.ts";
import { docker, ROOT, TestStack } from "./support/test-stack.ts";

interface Status {
  readonly services: readonly { readonly name: string; readonly state: string; readonly ok: boolean }[];
}

/** Everything there is, looked at every two seconds. */
const EVERYTHING = {
  NASIKO_SERVICES: "",
  NASIKO_OPTIONAL_SERVICES: optionalServices(),
  NASIKO_HEALTH_INTERVAL: "2s",
};

/** What every limit here ends is a wait that would never end. */
const PATIENCE = { timeout: 400_000, interval: 500 };

const [roots, others] = probedServices();
let stack: TestStack;

beforeAll(async () => {
  stack = await TestStack.create("e2e-health");
  stack.copyAgent("translator");
  const up = await stack.nasiko(["local", "up", "--yes"], EVERYTHING);
  expect(up, up.stderr).toMatchObject({ exitCode: 0 });
}, 1_500_000);

afterAll(async () => {
  await stack.remove();
});

/**
 * Names of all that is probed, from the blueprint: those that need nothing, and those that need some of these. They
 * are tried apart, so that nothing is found ill only because what it needs is.
 */
function probedServices(): readonly [readonly string[], readonly string[]] {
  const settings = settingsWith({ "nasiko:optionalServices": EVERYTHING.NASIKO_OPTIONAL_SERVICES });
  const { layers } = buildBlueprint({ root: ROOT, settings, catalogue });
  const probed = layers
    .flatMap(({ services }) => services)
    .filter(({ container }) => container.health !== undefined);
  const { free = [], bound = [] } = Object.groupBy(probed, ({ dependsOn }) =>
    Object.keys(dependsOn).length === 0 ? "free" : "bound",
  );
  return [free.map(({ name }) => name), bound.map(({ name }) => name)];
}

function optionalServices(): string {
  const optional = catalogue(settingsWith({})).filter((spec) => spec.optional === true);
  return optional.map(({ name }) => name).join(",");
}

function settingsWith(stackConfig: Readonly<Record<string, string>>): Settings {
  const result = resolveSettings({ stack: "local", architecture: "x64", env: [], stackConfig });
  if (!result.ok) throw new Error(result.problems[0]?.message);
  return result.resolved.settings;
}

async function inspect(service: string): Promise<ContainerInspectInfo> {
  const found = await docker.container(stack.containerName(service));
  if (found === undefined) throw new Error(`${service} has no container`);
  return found;
}

interface ProcessTable {
  readonly Titles: readonly string[];
  readonly Processes: readonly (readonly string[])[];
}

/** Ids, as this machine counts them, of every process in a service's container. */
async function processes(service: string): Promise<readonly number[]> {
  const { Id } = await inspect(service);
  const answer: unknown = await docker.call("list processes", (engine) => engine.getContainer(Id).top());
  // Typed as any by the library; this is what the engine documents.
  const { Titles, Processes } = answer as ProcessTable;
  return Processes.map((row) => Number(row[Titles.indexOf("PID")]));
}

/** SIGSTOP to every process there is, those included that are born meanwhile. @returns when the last one stood */
async function freeze(service: string): Promise<number> {
  const frozen = new Set<number>();
  for (;;) {
    const fresh = (await processes(service)).filter((pid) => !frozen.has(pid));
    if (fresh.length === 0) return Date.now();
    for (const pid of fresh) signal(pid, "SIGSTOP");
    for (const pid of fresh) frozen.add(pid);
  }
}

async function thaw(service: string): Promise<void> {
  for (const pid of await processes(service)) signal(pid, "SIGCONT");
}

/** A probe may have ended since it was listed. */
function signal(pid: number, name: "SIGSTOP" | "SIGCONT"): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/**
 * From Docker 25 on, what fails in the start period does not count, also after something succeeded. Milliseconds since
 * the epoch; 0 on older engines.
 */
async function startPeriodEnd(startedAt: string, nanoseconds: number): Promise<number> {
  const { api } = await docker.version();
  return Number(api.split(".")[1]) < 44 ? 0 : new Date(startedAt).getTime() + nanoseconds / 1e6;
}

/** Waits for Docker's word, and says how many seconds too late it came, by the end of the probe that decided it. */
async function lateness(service: string, frozenAt: number): Promise<number> {
  await expect.poll(async () => (await inspect(service)).State.Health?.Status, PATIENCE).toBe("unhealthy");
  const { State, Config } = await inspect(service);
  const { Interval = 0, Timeout = 0, Retries = 0 } = Config.Healthcheck ?? {};
  expect(Interval).toBe(2e9);
  const { Log = [], FailingStreak = 0 } = State.Health ?? {};
  const decisive = Log.at(Retries - 1 - FailingStreak) ?? Log.at(-1);
  const counted = Math.max(
    frozenAt,
    await startPeriodEnd(State.StartedAt, Config.Healthcheck?.StartPeriod ?? 0),
  );
  const took = (new Date(decisive?.End ?? NaN).getTime() - counted) / 1000;
  return took - (Retries * (Interval + Timeout)) / 1e9;
}

async function statusNow(): Promise<{ readonly exitCode: number; readonly services: Status["services"] }> {
  const { exitCode, stdout } = await stack.nasiko(["local", "status", "--json"], EVERYTHING);
  return { exitCode, ...(JSON.parse(stdout) as Status) };
}

/** Stops all of these at once, sees them found out, lets them go on, and sees them well again. */
async function expectTruth(names: readonly string[]): Promise<void> {
  try {
    const late = await Promise.all(names.map(async (name) => lateness(name, await freeze(name))));
    for (const [index, name] of names.entries()) expect(late[index], name).toBeLessThan(15);
    const { exitCode, services } = await statusNow();
    expect(exitCode).not.toBe(0);
    const told = services.filter(({ name }) => names.includes(name));
    expect(told.map(({ name, state, ok }) => [name, state, ok]).toSorted()).toEqual(
      names.map((name) => [name, "unhealthy", false]).toSorted(),
    );
  } finally {
    for (const name of names) await thaw(name);
  }
  await expect.poll(async () => (await statusNow()).services.filter(({ ok }) => !ok), PATIENCE).toEqual([]);
}

describe("a service whose every process stands still is called unhealthy, and healthy when it goes on:", () => {
  test(roots.join(", "), () => expectTruth(roots));

  test(others.join(", "), () => expectTruth(others));
});
