import { setTimeout as sleep } from "node:timers/promises";

import { stateLocked } from "../../../engine/core/errors.ts";
import { EngineError } from "../../../engine/errors/define-error.ts";
import type { CommandContext } from "../context.ts";

/** Between two attempts, in milliseconds. */
const PAUSE = 500;

/**
 * Runs something that needs the stack to itself. While another run has it: with `wait` says who, and tries again when
 * that one is done; otherwise, and after Ctrl-C, the refusal stands.
 * @param onWaited gets how many milliseconds another run took: they are no part of what ours took
 * @throws NSK-STATE-LOCKED, and what `run` throws
 */
export async function waitForLock<Result>(
  { output, cancel }: Pick<CommandContext, "output" | "cancel">,
  wait: boolean,
  run: () => Promise<Result>,
  onWaited: (milliseconds: number) => void = () => undefined,
): Promise<Result> {
  let noted = false;
  for (;;) {
    const startedAt = performance.now();
    try {
      return await run();
    } catch (error) {
      const locked = error instanceof EngineError && error.code === stateLocked.code;
      if (!locked || !wait || cancel.aborted) throw error;
      if (!noted) output.note(`${error.message} Waiting for it.`);
      noted = true;
      await sleep(PAUSE, undefined, { signal: cancel }).catch(() => undefined);
      onWaited(performance.now() - startedAt);
    }
  }
}
