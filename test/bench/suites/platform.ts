import { setTimeout as sleep } from "node:timers/promises";

import { createDockerClient, type DockerClient } from "../../../engine/providers/docker/client.ts";
import { createBenchStack } from "../bench-stack.ts";
import { cpuOfEngine } from "../engine-cpu.ts";
import { inUnits, timed } from "../measure.ts";
import { type Figure, limited, type Suite } from "../suite.ts";

/** How long the platform is left alone, in seconds: a whole number of probes at every interval there is. */
const REST = 60;
/** Docker probes each container once in so many seconds, for API 1.41. */
const INTERVAL = 10;

async function* measure(): AsyncGenerator<Figure> {
  const client = createDockerClient({ host: process.env["DOCKER_HOST"] });
  const stack = createBenchStack();
  const { nasiko } = stack;
  try {
    // Builds what is missing, so that the second time shows the start alone.
    await nasiko("local", "up", "--yes");
    await nasiko("local", "down", "--volumes", "--yes");
    const engineBefore = cpuOfEngine();
    const start = await timed(() => nasiko("local", "up", "--yes"));
    const engine = cpuOfEngine() - engineBefore;
    yield {
      what: "images there, nothing else, to everything healthy",
      value: start / 1000,
      unit: "s",
      atMost: 45,
    };
    // What a busy machine does not change: with two cores, an idle one needs half of the sum or a little more.
    const { cpuSeconds } = await usage(client, await running(client, stack.name));
    yield { what: "CPU of that start: containers", value: cpuSeconds, unit: "s" };
    yield { what: "CPU of that start: the engine, whoever else uses it", value: engine, unit: "s" };
    const [again, status] = await inUnits(5, [
      () => nasiko("local", "up", "--yes"),
      () => nasiko("local", "status"),
    ]);
    yield* limited("up again, with nothing to do", again, 12);
    yield* limited("status of everything", status, 3);
    yield* resting(client, stack.name);
    yield await imagesOnDisk(client, stack.name);
  } finally {
    await stack.remove();
  }
}

/** What it costs to have the platform standing there. */
async function* resting(client: DockerClient, stack: string): AsyncGenerator<Figure> {
  const containers = await running(client, stack);
  const probed = containers.filter(({ Status }) => /\((?:health: )?\w+\)$/.test(Status)).length;
  const before = await usage(client, containers);
  const engineBefore = cpuOfEngine();
  await sleep(REST * 1000);
  const after = await usage(client, containers);
  const engine = cpuOfEngine() - engineBefore;
  const inside = after.cpuSeconds - before.cpuSeconds;
  const share = (seconds: number): number => (seconds / REST) * 100;
  yield {
    what: `memory of ${containers.length} containers`,
    value: after.memoryMegabytes,
    unit: "MB",
    atMost: 1800,
  };
  yield { what: `CPU at rest over ${REST} s: containers, probes included`, value: share(inside), unit: "%" };
  yield { what: "CPU at rest: the engine, whoever else uses it", value: share(engine), unit: "%" };
  yield { what: "CPU at rest together, of one core", value: share(inside + engine), unit: "%", atMost: 40 };
  const probes = probed * (REST / INTERVAL);
  yield {
    what: `the engine's part in each of ${probes} probes`,
    value: (engine / probes) * 1000,
    unit: "ms",
  };
}

interface Usage {
  readonly cpuSeconds: number;
  /** Without what the kernel may drop. */
  readonly memoryMegabytes: number;
}

async function usage(client: DockerClient, containers: Awaited<ReturnType<typeof running>>): Promise<Usage> {
  const stats = await Promise.all(
    containers.map(({ Id }) =>
      client.call("read statistics", (docker) =>
        docker.getContainer(Id).stats({ stream: false, "one-shot": true }),
      ),
    ),
  );
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return {
    cpuSeconds: sum(stats.map(({ cpu_stats }) => cpu_stats.cpu_usage.total_usage)) / 1e9,
    memoryMegabytes:
      sum(stats.map(({ memory_stats: { usage: used, stats: detail } }) => used - droppable(detail))) /
      1024 ** 2,
  };
}

/** Bytes of the page cache. cgroup v1 has the first name, v2 the second; the library's types promise both. */
const droppable = (detail: Readonly<Partial<Record<string, number>>>): number =>
  detail["total_inactive_file"] ?? detail["inactive_file"] ?? 0;

const running = async (client: DockerClient, stack: string): ReturnType<DockerClient["containers"]> =>
  (await client.containers({ labels: [`nasiko.stack=${stack}`] })).filter(({ State }) => State === "running");

interface HistoryEntry {
  readonly Created: number;
  readonly CreatedBy: string;
  readonly Size: number;
}

/** Of the images that the stack runs: a layer that several have counts once. */
async function imagesOnDisk(client: DockerClient, stack: string): Promise<Figure> {
  const containers = await client.containers({ labels: [`nasiko.stack=${stack}`] });
  const images = [...new Set(containers.map(({ ImageID }) => ImageID))];
  const layers = new Map<string, number>();
  for (const id of images) {
    // The library types the answer as any; this is the API's own description of it.
    const history = (await client.call("read an image's history", (docker) =>
      docker.getImage(id).history(),
    )) as readonly HistoryEntry[];
    let below = "";
    // The newest comes first; a layer is the same when all below it are.
    for (const { CreatedBy, Created, Size } of history.toReversed()) {
      below += JSON.stringify([CreatedBy, Created, Size]);
      layers.set(below, Size);
    }
  }
  const bytes = [...layers.values()].reduce((total, size) => total + size, 0);
  return { what: `${images.length} images on disk`, value: bytes / 1024 ** 2, unit: "MB", atMost: 3072 };
}

const suite: Suite = { summary: "the whole platform: start, memory, CPU at rest, disk", measure };
export default suite;
