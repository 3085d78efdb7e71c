import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** Lines of a failed program that are worth showing. */
const TAIL = 15;

/** A program that runs; its stderr is told line by line. */
export interface RunningTool {
  readonly stdout: Readable;
  /** Its exit code; undefined when it was killed or could not be started. */
  readonly exit: Promise<number | undefined>;
  /** The last lines of its stderr so far. */
  readonly tail: () => readonly string[];
  /** Kills it, should it still run, and waits for its end. */
  readonly stop: () => Promise<void>;
}

export interface ToolOptions {
  /** Environment on top of ours. @default none */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Kills the program at once. */
  readonly signal: AbortSignal;
  /** Told every line of stderr that is not blank. */
  readonly onLine?: (line: string) => void;
}

/** Starts a program. It is killed when the signal says so, and does not outlive this process. */
export function startTool(command: string, args: readonly string[], options: ToolOptions): RunningTool {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => {
    if (line.trim() === "") return;
    lines.push(line);
    if (lines.length > TAIL) lines.shift();
    options.onLine?.(line);
  });
  const exit = exitOf(child, (problem) => lines.push(problem));
  const kill = (): void => void child.kill("SIGKILL");
  if (options.signal.aborted) kill();
  options.signal.addEventListener("abort", kill);
  process.once("exit", kill);
  const ended = exit.finally(() => {
    options.signal.removeEventListener("abort", kill);
    process.removeListener("exit", kill);
  });
  const stop = async (): Promise<void> => {
    kill();
    await ended;
  };
  return { stdout: child.stdout, exit: ended, tail: () => [...lines], stop };
}

async function exitOf(child: ChildProcess, tell: (problem: string) => void): Promise<number | undefined> {
  try {
    await once(child, "close");
    return child.exitCode ?? undefined;
  } catch (error) {
    // `once` rejects on "error": the program could not be started.
    tell(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}
