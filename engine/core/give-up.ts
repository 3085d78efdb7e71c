/** How long a step may take to stop once it is told to stop at once. */
const PATIENCE_MS = 3000;

/** Thrown instead of an answer that never came, e.g. from an engine that hangs. */
class GivenUp extends Error {
  override readonly name = "GivenUp";
  constructor() {
    super("it did not stop in time and was left to itself");
  }
}

/** Waits for `work`, but not much longer than until `terminate` says that the user does not. @throws GivenUp */
export async function unlessGivenUp<Result>(work: Promise<Result>, terminate: AbortSignal): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  let onAbort = (): void => undefined;
  const givenUp = new Promise<never>((_resolve, reject) => {
    onAbort = () => {
      timer = setTimeout(() => reject(new GivenUp()), PATIENCE_MS);
    };
    if (terminate.aborted) onAbort();
    else terminate.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([work, givenUp]);
  } finally {
    clearTimeout(timer);
    terminate.removeEventListener("abort", onAbort);
  }
}

/** Waits for `work`, or until the signal is aborted. @returns undefined when that came first */
export async function unlessAborted<Result>(
  work: Promise<Result>,
  signal: AbortSignal,
): Promise<Result | undefined> {
  if (signal.aborted) return undefined;
  let onAbort = (): void => undefined;
  const aborted = new Promise<undefined>((resolve) => {
    onAbort = () => resolve(undefined);
    signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
