import { spawn } from "node:child_process";

/** Milliseconds that `work` takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** @throws RangeError for no values at all */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (low === undefined || high === undefined) throw new RangeError("no median of nothing");
  return (low + high) / 2;
}

/**
 * Times several things in turn, so that what slows the machine down for a while slows down all of them.
 * @param rounds how often each is done
 * @returns the median of each, in milliseconds
 * @example const [ours, theirs] = await inTurn(5, [runOurs, runTheirs]);
 */
export async function inTurn<Works extends readonly (() => Promise<unknown>)[]>(
  rounds: number,
  works: readonly [...Works],
): Promise<{ readonly [Index in keyof Works]: number }> {
  const times = works.map((): number[] => []);
  for (let round = 0; round < rounds; round++)
    for (const [index, work] of works.entries()) times[index]?.push(await timed(work));
  // One per work, as there were works; map() does not know.
  return times.map(median) as { [Index in keyof Works]: number };
}

/** What something took, and how many times that is what the machine takes for the least of commands. */
interface InUnits {
  readonly milliseconds: number;
  readonly units: number;
}

/**
 * Times several things in turn against {@link unit}: a machine that is twice as slow has a unit twice as long, so the
 * ratios of one run hold on any.
 * @param environment of the unit's programs besides this process's, e.g. the engine that is meant
 * @returns the medians of the times, and of the ratios round by round
 */
export async function inUnits<Works extends readonly (() => Promise<unknown>)[]>(
  rounds: number,
  works: readonly [...Works],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly [Index in keyof Works]: InUnits }> {
  const times = works.map((): number[] => []);
  const ratios = works.map((): number[] => []);
  const env = { ...process.env, ...environment };
  await unit(env);
  for (let round = 0; round < rounds; round++) {
    const one = await timed(() => unit(env));
    for (const [index, work] of works.entries()) {
      const milliseconds = await timed(work);
      times[index]?.push(milliseconds);
      ratios[index]?.push(milliseconds / one);
    }
  }
  const medians = times.map((each, index) => ({
    milliseconds: median(each),
    units: median(ratios[index] ?? []),
  }));
  // One per work, as there were works; map() does not know.
  return medians as { [Index in keyof Works]: InUnits };
}

/** The least that a command which asks the engine can take: Node starts and ends, and Docker's own command lists. */
async function unit(env: NodeJS.ProcessEnv): Promise<void> {
  await ends(env, process.execPath, "-e", "0");
  await ends(env, "docker", "ps");
}

async function ends(env: NodeJS.ProcessEnv, program: string, ...args: readonly string[]): Promise<void> {
  const child = spawn(program, args, { stdio: "ignore", env });
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  if (exitCode !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${exitCode}`);
}
