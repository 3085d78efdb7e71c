import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { ROOT, TestStack } from "../../e2e/support/test-stack.ts";
import { callTinyAgent, removeAgentImages, startLoad, writeTinyAgent } from "../../e2e/support/tiny-agent.ts";
import { hashing } from "../agents/hashing.ts";
import { inUnits, median, timed } from "../measure.ts";
import { type Figure, limited, type Suite } from "../suite.ts";

/** Nothing but the stack's config says which agents there are. */
const PLAIN = { NASIKO_AGENTS: "" };
/** What the platform's own command takes to deploy a changed agent again, in seconds: "2 to 3 minutes". */
const SEED_SECONDS = 120;
const REDEPLOYS = 10;
const CALLS_PER_SECOND = 50;
const FEW = 5;
const MANY = 50;

async function* measure(): AsyncGenerator<Figure> {
  yield* hashing();
  const stack = await TestStack.create(`bench-agents-${process.pid}`.slice(0, 20));
  try {
    await stack.json(["local", "up", "--yes"], { NASIKO_AGENTS: "{}" });
    const tiny = join(stack.work, "tiny");
    writeTinyAgent(tiny, "0");
    await stack.json(["local", "deploy-agent", "tiny", tiny], PLAIN);
    yield* deploying(stack, tiny);
    yield* underLoad(stack, tiny);
    yield await furtherAgents(stack);
  } finally {
    await stack.discard();
    await removeAgentImages("tiny", ...manyNames(MANY));
  }
}

const deploy = (stack: TestStack): Promise<{ readonly changed: boolean }> =>
  stack.json(["local", "deploy-agent", "tiny"], PLAIN);

async function* deploying(stack: TestStack, tiny: string): AsyncGenerator<Figure> {
  const [unchanged] = await inUnits(5, [() => deploy(stack)]);
  yield* limited("deploy-agent, nothing changed", unchanged, 5);

  const changed: number[] = [];
  const built: number[] = [];
  for (let round = 0; round < 3; round++) {
    writeTinyAgent(tiny, `build ${round}`);
    built.push(await timed(() => buildAlone(tiny)));
    writeTinyAgent(tiny, `deploy ${round}`);
    changed.push(await timed(() => deploy(stack)));
  }
  const seconds = median(changed) / 1000;
  const beyond = (median(changed) - median(built)) / 1000;
  yield { what: "deploy-agent, one file changed", value: seconds, unit: "s" };
  yield { what: "of that, beyond docker build alone", value: beyond, unit: "s", atMost: 5 };
  const share = (seconds / SEED_SECONDS) * 100;
  yield { what: "of the seed's 2 minutes (15 times as fast: 6.67 %)", value: share, unit: "%", atMost: 6.67 };
}

/** The command itself, with the Dockerfile that builds without a registry; its image goes again. */
function buildAlone(folder: string): Promise<void> {
  const dockerfile = join(ROOT, ".nasiko/dockerfiles/agent-tiny.Dockerfile");
  const tag = `nasiko-bench-${process.pid}`;
  const environment = { ...process.env, DOCKER_BUILDKIT: "0" };
  const build = spawnSync("docker", ["build", "-t", tag, "-f", dockerfile, folder], { env: environment });
  if (build.status !== 0) throw new Error(`docker build: ${build.stderr.toString()}`);
  spawnSync("docker", ["rmi", tag]);
  return Promise.resolve();
}

/** A client at a steady pace that never tries again, while one version after the other takes over. */
async function* underLoad(stack: TestStack, tiny: string): AsyncGenerator<Figure> {
  const url = `${stack.gateway}/agents/agent-tiny/`;
  let previous = await callTinyAgent(url);
  const answers: string[] = [];
  let incomplete = 0;
  let late = 0;
  for (let round = 0; round < REDEPLOYS; round++) {
    const version = `load ${round}`;
    const load = startLoad(url, CALLS_PER_SECOND);
    writeTinyAgent(tiny, version);
    await deploy(stack);
    // From here on nothing but the new version may answer.
    const afterwards = startLoad(url, CALLS_PER_SECOND);
    const last = await Promise.all(Array.from({ length: CALLS_PER_SECOND }, () => callTinyAgent(url)));
    const during = await load.stop();
    late += [...last, ...(await afterwards.stop())].filter((answer) => answer !== version).length;
    if (!during.includes(previous) || !during.includes(version)) incomplete += 1;
    answers.push(...during.filter((answer) => answer !== previous && answer !== version));
    previous = version;
  }
  yield {
    what: `calls that failed in ${REDEPLOYS} redeployments`,
    value: answers.length,
    unit: "×",
    atMost: 0,
  };
  yield { what: "calls that an old version answered afterwards", value: late, unit: "×", atMost: 0 };
  yield { what: "redeployments not seen by the client", value: incomplete, unit: "×", atMost: 0 };
}

async function furtherAgents(stack: TestStack): Promise<Figure> {
  const few = await idleUp(stack, FEW);
  const many = await idleUp(stack, MANY);
  return {
    what: `up with nothing to do, for each of ${MANY - FEW} further agents`,
    value: (many - few) / (MANY - FEW),
    unit: "ms",
    atMost: 15,
  };
}

const manyNames = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `tiny-${index}`);

/** Milliseconds of an `up` that finds so many agents as they shall be. */
async function idleUp(stack: TestStack, count: number): Promise<number> {
  const names = manyNames(count);
  for (const name of names) writeTinyAgent(join(stack.work, name), name);
  const agents = Object.fromEntries(names.map((name) => [name, stack.agentFolder(name)]));
  const up = (): Promise<unknown> =>
    stack.json(["local", "up", "--yes"], { NASIKO_AGENTS: JSON.stringify(agents) });
  await up();
  const times: number[] = [];
  for (let round = 0; round < 5; round++) times.push(await timed(up));
  return median(times);
}

export default {
  summary: "agents: hashed, deployed once more, rolled under load, many of them",
  measure,
} satisfies Suite;
