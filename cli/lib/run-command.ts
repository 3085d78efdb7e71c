import type { Readable } from "node:stream";

import type { Options } from "execa";

/** Lines of stderr that are kept for the message about a failed program. */
const TAIL = 15;

/** How a program runs. It is never run through a shell. */
export interface CommandOptions {
  /** @default this process's */
  readonly cwd?: string;
  /** Added to this process's environment. @default nothing */
  readonly env?: Readonly<Record<string, string>>;
  /** Kills the program at once. @default nothing does */
  readonly signal?: AbortSignal;
  /** Milliseconds after which the program is killed. @default no limit */
  readonly timeout?: number;
  /** Called with every line that is not blank, as it comes: of stdout and stderr, or of stderr where stdout is read. */
  readonly onLine?: (line: string) => void;
}

export interface CommandOutcome {
  /** Undefined when the program was killed. */
  readonly exitCode: number | undefined;
  /** stdout and stderr as they came, without the last line end. */
  readonly output: string;
}

/**
 * Runs a program to its end.
 * @throws Error when it cannot be started
 */
export async function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandOutcome> {
  const { execa } = await import("execa");
  const lines = eachLine(options.onLine);
  const result = await execa(program, args, { ...common(options), all: true, stdout: lines, stderr: lines });
  if (isUnstarted(result)) throw new Error(result.originalMessage);
  return { exitCode: result.exitCode, output: result.all };
}

/** A program that runs, and whose stdout somebody reads. */
export interface RunningCommand {
  /** Has to be read to its end, or the program waits for ever. */
  readonly stdout: Readable;
  /** Its exit code; undefined when it was killed or could not be started. */
  readonly exit: Promise<number | undefined>;
  /** The last lines of its stderr so far, or why it could not be started. */
  readonly tail: () => readonly string[];
  /** Kills it if it still runs, and waits for its end. */
  readonly stop: () => Promise<void>;
}

/** Starts a program. It does not outlive this process. */
export async function startCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<RunningCommand> {
  const { execa } = await import("execa");
  const tail: string[] = [];
  const keep = (line: string): void => {
    tail.push(line);
    if (tail.length > TAIL) tail.shift();
  };
  const child = execa(program, args, {
    ...common(options),
    buffer: false,
    stderr: eachLine((line) => {
      keep(line);
      options.onLine?.(line);
    }, "drop"),
  });
  const exit = (async () => {
    const result = await child;
    if (isUnstarted(result)) keep(result.originalMessage ?? result.shortMessage ?? "it cannot be started");
    return result.exitCode;
  })();
  const stop = async (): Promise<void> => {
    child.kill();
    await exit;
  };
  return { stdout: child.stdout, exit, tail: () => [...tail], stop };
}

/** `cleanup` kills the program with the same signal when this process ends. */
const common = ({ cwd, env, signal, timeout }: CommandOptions) =>
  ({
    stdin: "ignore",
    reject: false,
    cleanup: true,
    killSignal: "SIGKILL",
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
    ...(signal === undefined ? {} : { cancelSignal: signal }),
    ...(timeout === undefined ? {} : { timeout }),
  }) as const satisfies Options;

/** A transform of execa, which cuts a stream into lines whatever the chunks are in which it comes. */
const eachLine = (onLine: CommandOptions["onLine"], then: "keep" | "drop" = "keep") =>
  function* (line: unknown): Generator<string> {
    const text = String(line);
    if (text.trim() !== "") onLine?.(text);
    if (then === "keep") yield text;
  };

interface Ended {
  readonly failed: boolean;
  readonly exitCode?: number;
  readonly signal?: string;
}

/** A program that ran has an exit code, or a signal that ended it. */
const isUnstarted = ({ failed, exitCode, signal }: Ended): boolean =>
  failed && exitCode === undefined && signal === undefined;
