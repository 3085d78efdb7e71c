import { type Check, type Finding, type Scene } from "./check.ts";

/** A check with what came of it. */
export interface Verdict extends Finding {
  readonly id: string;
  readonly asked: string;
  readonly expected: string;
}

/**
 * Carries the checks out, one after the other: some stop a service or grant something for a moment.
 * @param onVerdict is told of each as soon as it is there
 * @param stop ends the row of checks after the one that runs
 */
export async function runChecks(
  checks: readonly Check[],
  scene: Scene,
  onVerdict: (verdict: Verdict) => void,
  stop: AbortSignal,
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const { id, asked, expected, look } of checks) {
    if (stop.aborted) break;
    const verdict = { id, asked, expected, ...(await findingOf(look, scene)) };
    onVerdict(verdict);
    verdicts.push(verdict);
  }
  return verdicts;
}

/** A question that cannot even be put is a failed check; why is what came. */
async function findingOf(look: Check["look"], scene: Scene): Promise<Finding> {
  try {
    return await look(scene);
  } catch (error) {
    return { ok: false, came: error instanceof Error ? error.message : String(error) };
  }
}
