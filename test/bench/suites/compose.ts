import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { composeBinary } from "../../support/compose-binary.ts";
import { type BenchStack, createBenchStack } from "../bench-stack.ts";
import { inTurn, median, timed } from "../measure.ts";
import type { Figure, Suite } from "../suite.ts";

/** A cold start of either takes most of a minute. */
const COLD_ROUNDS = 2;
const WARM_ROUNDS = 5;

/** One way to run the platform; the file of the other is an export of the same blueprint. */
interface Way {
  readonly up: () => Promise<unknown>;
  readonly status: () => Promise<unknown>;
  readonly down: () => Promise<unknown>;
}

const ways = (stack: BenchStack, file: string): { readonly ours: Way; readonly theirs: Way } => {
  const compose = (...args: readonly string[]): Promise<string> =>
    stack.run(composeBinary(), "--file", file, ...args);
  return {
    ours: {
      up: () => stack.nasiko("local", "up"),
      status: () => stack.nasiko("local", "status"),
      down: () => stack.nasiko("local", "down"),
    },
    theirs: {
      up: () => compose("up", "--wait"),
      status: () => compose("ps"),
      down: () => compose("down"),
    },
  };
};

/** Times of one way, in milliseconds. */
interface Times {
  readonly cold: number[];
  readonly again: number[];
  readonly status: number[];
  readonly down: number[];
}

/** Both have the same names and ports, so one makes room for the other: round by round, in turn. */
async function* measure(): AsyncGenerator<Figure> {
  const stack = createBenchStack();
  const file = join(stack.home, "compose.yaml");
  const { ours, theirs } = ways(stack, file);
  try {
    // Builds what is missing, and initialises both sets of volumes: what is compared is the start.
    await stack.nasiko("local", "up", "--yes");
    writeFileSync(file, await stack.nasiko("export", "compose"), { mode: 0o600 });
    await ours.down();
    await theirs.up();
    await theirs.down();
    const [own, other] = [emptyTimes(), emptyTimes()];
    for (let round = 0; round < COLD_ROUNDS; round++) {
      await goThrough(ours, own);
      await goThrough(theirs, other);
    }
    yield* compared("cold up", own.cold, other.cold, 0.8);
    yield* compared("up with nothing to do", own.again, other.again, 0.4);
    yield* compared("status, with what the services themselves say", own.status, other.status);
    yield* compared("down", own.down, other.down, 1);
  } finally {
    await stack.run(composeBinary(), "--file", file, "down", "--volumes").catch(() => undefined);
    await stack.remove();
  }
}

const emptyTimes = (): Times => ({ cold: [], again: [], status: [], down: [] });

async function goThrough(way: Way, times: Times): Promise<void> {
  times.cold.push(await timed(way.up));
  const [again, status] = await inTurn(WARM_ROUNDS, [way.up, way.status]);
  times.again.push(again);
  times.status.push(status);
  times.down.push(await timed(way.down));
}

function* compared(
  what: string,
  ours: readonly number[],
  theirs: readonly number[],
  atMost?: number,
): Generator<Figure> {
  const [own, other] = [median(ours), median(theirs)];
  yield { what: `${what}: nasiko`, value: own / 1000, unit: "s" };
  yield { what: `${what}: Compose 2.40.3`, value: other / 1000, unit: "s" };
  yield { what: `${what}: ratio`, value: own / other, unit: "×", ...(atMost !== undefined && { atMost }) };
}

const suite: Suite = { summary: "the whole platform against Docker Compose, on the same images", measure };
export default suite;
