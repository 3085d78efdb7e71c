import { EXIT } from "./exit-codes.ts";

/** What has been asked of a running command from outside. */
export interface Interruption {
  /** Finish what runs, save, stop. */
  readonly cancel: AbortSignal;
  /** Stop at once. */
  readonly terminate: AbortSignal;
  /** The exit code that says which signal it was; undefined while there was none. */
  readonly exitCode: () => number | undefined;
}

/** Signals that end a command in order, and what it then ends with. */
const CODES = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated, SIGHUP: EXIT.hungUp } as const;
type Signal = keyof typeof CODES;

interface SignalsRequest {
  readonly process: { on(signal: Signal, listener: (signal: Signal) => void): unknown };
  /** Signals that whoever called the command wants ignored, as `nohup` does. */
  readonly ignored: readonly string[];
  /** Aborted when the command is to stop for another reason than a signal. */
  readonly stopped: AbortSignal;
  readonly onFirst: () => void;
}

/** The first signal: finish what runs and save; the second Ctrl-C or SIGTERM: stop at once. */
export function listenForSignals({ process, ignored, stopped, onFirst }: SignalsRequest): Interruption {
  const cancel = new AbortController();
  const terminate = new AbortController();
  let first: Signal | undefined;
  const interrupt = (signal: Signal): void => {
    if (first === undefined) {
      first = signal;
      onFirst();
      cancel.abort();
      // A terminal that closes says so more than once.
    } else if (signal !== "SIGHUP") terminate.abort();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    // Node has made the signal deadly again, so an ignored one needs a listener as well.
    process.on(signal, ignored.includes(signal) ? () => undefined : interrupt);
  stopped.addEventListener("abort", () => cancel.abort());
  return {
    cancel: cancel.signal,
    terminate: terminate.signal,
    exitCode: () => (first === undefined ? undefined : CODES[first]),
  };
}
