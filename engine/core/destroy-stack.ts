import type { DestroyOptions, RunResult } from "./engine-options.ts";
import { addressOf } from "./engine-options.ts";
import { exclude } from "./targets.ts";
import { unlessAborted } from "./give-up.ts";
import { createJournal } from "./journal.ts";
import { performPendingDeletes } from "./pending-deletes.ts";
import { observeStack, recoverInterrupted } from "./recovery.ts";
import { openSession, withLock } from "./run-session.ts";
import { keepSealed, openState, readSealed } from "./stored-state.ts";

/** Deletes the resources of a stack in reverse order of dependency. */
export async function destroyStack(options: DestroyOptions): Promise<RunResult> {
  const address = addressOf(options);
  const journal = createJournal(options.onEvent);
  return withLock(address, journal, async () => {
    try {
      const sealed = await readSealed(address);
      const opened = keepSealed(sealed) ?? (await openState(address, sealed, options.passphrase));
      const session = openSession(options, address, opened, false, journal);
      const { context } = session;
      if (options.excludes !== undefined) exclude(context, options.excludes);
      const includeProtected = options.includeProtected === true;
      const observations = await unlessAborted(observeStack(context), context.cancel);
      if (observations !== undefined) await performPendingDeletes(context, observations, includeProtected);
      if (!journal.failed && !context.cancel.aborted && context.state.abandoned().length > 0) {
        // A second look: what was still on its way at the first one has arrived by now.
        await recoverInterrupted(context);
        await performPendingDeletes(context, new Map(), includeProtected);
      }
      const outcome = context.cancel.aborted ? "canceled" : journal.failed ? "failed" : "succeeded";
      return await session.conclude("destroy", outcome);
    } finally {
      await Promise.all(options.providers.map((provider) => provider.close()));
    }
  });
}
