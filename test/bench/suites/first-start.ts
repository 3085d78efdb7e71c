import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

import { composeBinary } from "../../support/compose-binary.ts";
import { bootMachine, type OwnMachine, whyNoMachine } from "../first-start/own-machine.ts";
import { type FirstStart, type Phase, readPhases, type TimedLine } from "../first-start/phases.ts";
import { inUnits } from "../measure.ts";
import { type Figure, limited, type Suite } from "../suite.ts";

const REPOSITORY = join(import.meta.dirname, "../../..");
/** How often a short command is measured. */
const ROUNDS = 7;
/** Seconds that two cores may take from a bare machine to everything ready. It counts for a machine of its own. */
const GOAL = 270;

/** Everything is new: checkout, packages, npm's cache, state, and an engine without a single image. */
async function* measure(): AsyncGenerator<Figure> {
  const reason = whyNoMachine();
  if (reason !== undefined) {
    console.error(`  skipped: ${reason}`);
    return;
  }
  // Fetched before anything is measured.
  const compose = composeBinary();
  const folder = mkdtempSync(join(tmpdir(), "nasiko-first-start-"));
  let machine: OwnMachine | undefined;
  try {
    execFileSync("git", ["clone", "--quiet", REPOSITORY, join(folder, "clone")], { stdio: "pipe" });
    machine = await bootMachine(join(folder, "engine"));
    const newcomer = arrive(folder, machine);
    yield* firstStart(newcomer, machine);
    yield* everyDay(newcomer, machine);
    yield* againstCompose(newcomer, machine, { compose, file: join(folder, "compose.yaml") });
  } finally {
    await machine?.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Somebody with a fresh clone on a machine. */
interface Newcomer {
  /** Runs `./nasiko`. @throws Error when it fails */
  readonly nasiko: (...args: readonly string[]) => Promise<Outcome>;
  /** Runs another program in the same surroundings. @throws Error when it fails */
  readonly run: (program: string, ...args: readonly string[]) => Promise<Outcome>;
}

interface Outcome {
  readonly stdout: string;
  /** What was told on stderr. */
  readonly lines: readonly TimedLine[];
  /** Milliseconds. */
  readonly took: number;
}

function arrive(folder: string, { host, within }: OwnMachine): Newcomer {
  // How packages are reached stays as it is here: certificates, proxies, npm's configuration.
  const theirs = Object.entries(process.env).filter(([name]) => !OURS.test(name));
  const env = {
    ...Object.fromEntries(theirs),
    PATH: withoutPackages(process.env["PATH"] ?? ""),
    DOCKER_HOST: host,
    NASIKO_HOME: join(folder, "state"),
    npm_config_cache: join(folder, "npm"),
  };
  const run = (program: string, ...args: readonly string[]): Promise<Outcome> => {
    const [command, words] = within(program, ...args);
    return outcomeOf(
      spawn(command, words, { cwd: join(folder, "clone"), env, stdio: ["ignore", "pipe", "pipe"] }),
    );
  };
  return { run, nasiko: (...args) => run("./nasiko", ...args) };
}

/** Variables of the stack, and of the `npm run` that this may be part of. */
const OURS = /^(?:NASIKO_|NODE_COMPILE_CACHE$|npm_(?!config_))/i;

/** `npm run` puts the programs of packages first, a Node among them that a newcomer does not have. */
const withoutPackages = (path: string): string =>
  path
    .split(":")
    .filter((folder) => !folder.includes("node_modules"))
    .join(":");

async function outcomeOf(child: ChildProcess): Promise<Outcome> {
  const started = performance.now();
  const lines: TimedLine[] = [];
  const printed: Buffer[] = [];
  child.stdout?.on("data", (part: Buffer) => printed.push(part));
  if (child.stderr !== null)
    createInterface({ input: child.stderr }).on("line", (text) =>
      lines.push({ at: performance.now() - started, text }),
    );
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  const stdout = Buffer.concat(printed).toString();
  if (exitCode !== 0)
    throw new Error(`${child.spawnargs.join(" ")} ended with ${exitCode}:\n${told(lines)}\n${stdout}`);
  return { stdout, lines, took: performance.now() - started };
}

const told = (lines: readonly TimedLine[]): string =>
  lines
    .slice(-40)
    .map(({ text }) => text)
    .join("\n");

async function* firstStart({ nasiko }: Newcomer, { boot }: OwnMachine): AsyncGenerator<Figure> {
  yield { what: "the engine, from its start to an answer", value: boot / 1000, unit: "s" };
  const before = machineSeconds();
  const { lines, took } = await nasiko("local", "up", "--yes");
  const after = machineSeconds();
  const start = readPhases(lines, took);
  for (const phase of start.phases) yield figureOf(phase);
  yield { what: "everything ready, after the engine", value: took / 1000, unit: "s" };
  yield { what: "of 4 min 30 s, the goal on two idle cores", value: (took / 1000 / GOAL) * 100, unit: "%" };
  yield { what: "CPU meanwhile, whoever used it", value: after.busy - before.busy, unit: "s" };
  yield { what: "CPU that nobody used meanwhile", value: after.idle - before.idle, unit: "s" };
  console.error(`  longest chain: ${describeChain(start)}`);
}

const figureOf = ({ name, from, to }: Phase): Figure => ({
  what: `  ${name}, from ${(from / 1000).toFixed(0)} s`,
  value: (to - from) / 1000,
  unit: "s",
});

const describeChain = ({ chain }: FirstStart): string =>
  chain.map(({ name, from, to }) => `${name} ${((to - from) / 1000).toFixed(1)} s`).join(" → ");

/** Seconds that all cores together were busy and idle since the machine started. */
function machineSeconds(): { readonly busy: number; readonly idle: number } {
  // user, nice, system, idle, iowait, irq, softirq, steal: proc(5), in hundredths of seconds.
  const ticks = (/^cpu +(.*)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1] ?? "").split(" ").map(Number);
  const [user = 0, nice = 0, system = 0, idle = 0, waiting = 0, irq = 0, softirq = 0] = ticks;
  return { busy: (user + nice + system + irq + softirq) / 100, idle: (idle + waiting) / 100 };
}

/** What everybody does again and again, in units of the machine. */
async function* everyDay({ nasiko, run }: Newcomer, { host }: OwnMachine): AsyncGenerator<Figure> {
  await settled(run);
  // The first of each is not the rule: it leaves what the next one finds.
  for (const words of EVERY_DAY) await nasiko(...words);
  const [help, status, deploy] = await inUnits(
    ROUNDS,
    EVERY_DAY.map((words) => () => nasiko(...words)),
    { DOCKER_HOST: host },
  );
  if (help !== undefined) yield* limited("--help", help, 1.5);
  if (status !== undefined) yield* limited("status of everything", status, 3);
  if (deploy !== undefined) yield* limited("deploy-agent, nothing changed", deploy, 5);
}

/**
 * Until the engine calls no container "starting" any more: until its own first look, up to an interval late, `status` looks
 * in its place, and that is not what everybody waits for every day.
 */
async function settled(run: Newcomer["run"]): Promise<void> {
  for (;;) {
    const { stdout } = await run("docker", "ps", "--quiet", "--filter", "health=starting");
    if (stdout.trim() === "") return;
    await sleep(1000);
  }
}

const EVERY_DAY = [["--help"], ["local", "status"], ["local", "deploy-agent", "translator"]] as const;

/** Both against the unit, since they cannot run at the same time: names and ports are the same. */
async function* againstCompose(
  { nasiko, run }: Newcomer,
  { host }: OwnMachine,
  { compose, file }: { readonly compose: string; readonly file: string },
): AsyncGenerator<Figure> {
  const environment = { DOCKER_HOST: host };
  await nasiko("local", "up");
  const [ours] = await inUnits(ROUNDS, [() => nasiko("local", "up")], environment);
  yield* limited("up with nothing to do", ours, 12);
  writeFileSync(file, (await nasiko("export", "compose")).stdout, { mode: 0o600 });
  await nasiko("local", "down");
  const up = (): Promise<Outcome> => run(compose, "--file", file, "up", "--wait");
  await up();
  const [theirs] = await inUnits(ROUNDS, [up], environment);
  yield { what: "up with nothing to do: Compose 2.40.3", value: theirs.milliseconds / 1000, unit: "s" };
  yield {
    what: "up with nothing to do, over Compose's",
    value: ours.units / theirs.units,
    unit: "×",
    atMost: 0.4,
  };
}

export default {
  summary: "a bare machine to everything ready, phase by phase; then what everybody does every day",
  measure,
} satisfies Suite;
