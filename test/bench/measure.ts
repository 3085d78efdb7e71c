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
