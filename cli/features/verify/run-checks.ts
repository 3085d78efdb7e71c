import { type Check, type Finding, type CheckContext } from "./check.ts";

/** A check with what came of it. */
export interface CheckResult extends Finding {
  readonly id: string;
  readonly asked: string;
  readonly expected: string;
}

/**
 * Carries the checks out, one after the other: some stop a service or grant something for a moment.
 * @param onResult is told of each as soon as it is there
 * @param stop ends the row of checks after the one that runs
 */
export async function runChecks(
  checks: readonly Check[],
  checked: CheckContext,
  onResult: (result: CheckResult) => void,
  stop: AbortSignal,
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const { id, asked, expected, look } of checks) {
    if (stop.aborted) break;
    const result = { id, asked, expected, ...(await findingOf(look, checked)) };
    onResult(result);
    results.push(result);
  }
  return results;
}

/** A question that cannot even be put is a failed check; why is what came. */
async function findingOf(look: Check["look"], checked: CheckContext): Promise<Finding> {
  try {
    return await look(checked);
  } catch (error) {
    return { ok: false, came: error instanceof Error ? error.message : String(error) };
  }
}
