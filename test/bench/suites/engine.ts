import { spawnSync } from "node:child_process";
import { join } from "node:path";

import type { EngineEvent } from "../../../engine/core/engine.ts";
import type { Provider } from "../../../engine/core/provider.ts";
import { createDockerClient } from "../../../engine/providers/docker/client.ts";
import { platformImage } from "../../../platform/services/service-spec.ts";
import { createEngineStack, type EngineStack } from "../../integration/engine/plan/support/engine-stack.ts";
import type { World } from "../../integration/engine/plan/support/world.ts";
import { importBusybox, sweep } from "../../integration/engine/providers/docker/busybox.ts";
import { service } from "../../unit/platform/blueprint/catalogues.ts";
import { inTurn, timed } from "../measure.ts";
import type { Figure, Suite } from "../suite.ts";

const ROUNDS = 3;
const REPOSITORY = join(import.meta.dirname, "../../..");

/** Every step is taken on paper: what is planned and recorded is as real as ever, and no engine is asked. */
const onPaper = (provider: Provider): Provider => ({
  ...provider,
  create: ({ name }, news) => Promise.resolve({ id: name, outputs: news }),
  observe: () => Promise.resolve([]),
});

function worldOf(stack: string, containers: number, image: string): World {
  const names = Array.from({ length: containers }, (_, index) => `service-${index}`);
  const base = { image: platformImage("busybox"), command: ["sleep", "900"], user: "0:0" };
  return {
    stack,
    images: { busybox: image },
    networks: { app: {} },
    // Chains of five, so that there is something to follow and something to do side by side.
    specs: names.map((name, index) =>
      service(name, index % 5 === 0 ? base : { ...base, dependsOn: { [`service-${index - 1}`]: "healthy" } }),
    ),
  };
}

/** A stack on paper, and what it declares. */
interface Paper {
  readonly size: number;
  readonly world: World;
  readonly stack: EngineStack;
}

async function createPaper(size: number): Promise<Paper> {
  const name = `bench-${size}-${process.pid}`;
  return { size, world: worldOf(name, size, "busybox"), stack: await createEngineStack(name) };
}

/** Plans the stack, and makes sure that this is what was planned. */
async function plan({ stack, world, size }: Paper, operation: "create" | "same"): Promise<void> {
  const { steps, outcome } = await stack.preview(world, { around: onPaper });
  const planned = steps.filter((step) => step.operation === operation && step.type.includes(":Container"));
  if (outcome !== "succeeded" || planned.length !== size)
    throw new Error(`${planned.length} of ${size} containers planned as ${operation}`);
}

async function* planning(): AsyncGenerator<Figure> {
  const [small, medium, large] = await Promise.all([createPaper(20), createPaper(200), createPaper(1000)]);
  const papers = [small, medium, large] as const;
  const measure = (operation: "create" | "same"): Promise<Three<number>> =>
    inTurn(ROUNDS, [
      () => plan(small, operation),
      () => plan(medium, operation),
      () => plan(large, operation),
    ]);
  try {
    yield* growth("plan of a new stack", papers, await measure("create"));
    for (const { stack, world } of papers) {
      const { outcome } = await stack.up(world, { around: onPaper });
      if (outcome !== "succeeded") throw new Error("the stack was not made on paper");
    }
    yield* growth("plan without a change", papers, await measure("same"));
  } finally {
    for (const { stack } of papers) await stack.remove();
  }
}

type Three<Value> = readonly [Value, Value, Value];

/** What each size took, and whether one more container costs as little among many as among few. */
function* growth(what: string, papers: Three<Paper>, times: Three<number>): Generator<Figure> {
  for (const [index, { size }] of papers.entries()) {
    const value = (times[index] ?? NaN) / 1000;
    yield { what: `${what}: ${size} containers`, value, unit: "s", ...(size === 1000 && { atMost: 6 }) };
  }
  const [small, medium, large] = papers;
  const early = (times[1] - times[0]) / (medium.size - small.size);
  const late = (times[2] - times[1]) / (large.size - medium.size);
  yield { what: `${what}: one more container, from ${medium.size} on`, value: late, unit: "ms" };
  yield {
    what: `${what}: that over one more below ${medium.size}`,
    value: late / early,
    unit: "×",
    atMost: 1.5,
  };
}

/** On the real engine: containers that are made, started, and waited for. */
async function* running(): AsyncGenerator<Figure> {
  const name = `bench-${process.pid}`;
  const client = createDockerClient({ host: process.env["DOCKER_HOST"] });
  const image = await importBusybox(client);
  const stack = await createEngineStack(name);
  try {
    const world = worldOf(name, 20, image);
    yield* saving(stack, world);
    const loading = (): Promise<void> => {
      const script = 'await import("@pulumi/pulumi"); await import("@pulumi/docker")';
      const { status } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
        cwd: REPOSITORY,
      });
      return status === 0 ? Promise.resolve() : Promise.reject(new Error("the SDK could not be loaded"));
    };
    const [loaded, preview, noop] = await inTurn(5, [
      loading,
      () => stack.preview(world),
      () => stack.up(world),
    ]);
    yield { what: "loading Pulumi's SDK, which each run has to", value: loaded / 1000, unit: "s" };
    yield { what: "preview of 20 running containers", value: preview / 1000, unit: "s" };
    yield { what: "up with nothing to do", value: noop / 1000, unit: "s" };
    yield {
      what: "up with nothing to do, over the preview",
      value: noop / preview,
      unit: "×",
      atMost: 1.5,
    };
  } finally {
    await stack.destroy();
    await sweep(client, name, [image]);
    await stack.remove();
  }
}

async function* saving(stack: EngineStack, world: World): AsyncGenerator<Figure> {
  const saves: number[] = [];
  const onEvent = (event: EngineEvent): void => {
    if (event.kind === "saved") saves.push(event.milliseconds);
  };
  let outcome = "";
  const whole = await timed(async () => {
    outcome = (await stack.up(world, { onEvent })).outcome;
  });
  if (outcome !== "succeeded") throw new Error("the stack did not come up");
  const total = saves.reduce((sum, time) => sum + time, 0);
  yield { what: "up of 20 new containers", value: whole / 1000, unit: "s" };
  yield { what: `saving the state meanwhile, ${saves.length} times`, value: total, unit: "ms" };
  yield { what: "share of saving in that up", value: (total / whole) * 100, unit: "%", atMost: 10 };
}

const suite: Suite = {
  summary: "planning on paper, and a real stack of 20 containers",
  measure: async function* () {
    yield* planning();
    yield* running();
  },
};
export default suite;
