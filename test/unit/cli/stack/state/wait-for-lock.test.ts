import { createColors } from "picocolors";
import { expect, test } from "vitest";

import type { CommandContext } from "../../../../../cli/stack/context.ts";
import { waitForLock } from "../../../../../cli/stack/state/wait-for-lock.ts";
import { stateLocked } from "../../../../../engine/core/errors.ts";

const locked = stateLocked({
  stack: "local",
  file: "/locks/1.json",
  holder: { pid: 4711, username: "me", hostname: "here", timestamp: "2026-01-31T08:00:00Z" },
  elsewhere: false,
});

/** Says what is noted; as much of a context as waiting uses. */
function waiting(cancel = new AbortController().signal): {
  readonly told: string[];
  readonly context: Pick<CommandContext, "output" | "cancel">;
} {
  const told: string[] = [];
  const colors = createColors(false);
  const nothing = (): void => undefined;
  const output = {
    colors,
    resultColors: colors,
    personal: false,
    openScreen: () => Promise.resolve(undefined),
    note: (line: string) => void told.push(line),
    line: nothing,
    event: nothing,
    result: nothing,
    failure: nothing,
  };
  return { told, context: { output, cancel } };
}

test("without the option the second run is refused, naming the holder", async () => {
  const { context } = waiting();
  await expect(waitForLock(context, false, () => Promise.reject(locked))).rejects.toThrow(
    "locked by process 4711 of me",
  );
});

test("with it, the holder is named once, and the run begins when it is done", async () => {
  const { context, told } = waiting();
  let refusals = 2;
  const run = (): Promise<string> => (refusals-- > 0 ? Promise.reject(locked) : Promise.resolve("ran"));
  expect(await waitForLock(context, true, run)).toBe("ran");
  expect(told).toEqual([`${locked.message} Waiting for it.`]);
});

test("any other failure is not waited for", async () => {
  const { context } = waiting();
  await expect(waitForLock(context, true, () => Promise.reject(new Error("disk full")))).rejects.toThrow(
    "disk full",
  );
});

test("Ctrl-C ends the waiting", async () => {
  const cancel = new AbortController();
  const { context } = waiting(cancel.signal);
  const waited = waitForLock(context, true, () => Promise.reject(locked));
  cancel.abort();
  await expect(waited).rejects.toThrow("is locked");
});
