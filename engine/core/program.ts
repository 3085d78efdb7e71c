import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { ProgramProblem, ProgramStart } from "./program-messages.ts";

export interface ProgramOptions {
  /** Working directory, absolute. */
  readonly root: string;
  /** Absolute, or relative to the root, e.g. "index.ts". */
  readonly main: string;
  /** The whole environment of the process. */
  readonly environment: Readonly<Record<string, string>>;
  readonly onOutput: (stream: "stdout" | "stderr", line: string) => void;
  readonly onProblem: (problem: ProgramProblem) => void;
}

export interface ProgramExit {
  /** Undefined when a signal ended it. */
  readonly code: number | undefined;
  readonly signal: string | undefined;
}

/** The program's process. It loads the SDK at once, and runs the program when it is told to. */
export interface Program {
  start(message: ProgramStart): void;
  readonly exited: Promise<ProgramExit>;
  /** Ends it, politely first. */
  kill(): void;
}

/** How long a program may take to end after SIGTERM. */
const KILL_AFTER_MS = 2000;

export function spawnProgram(options: ProgramOptions): Program {
  // Compiled, the file beside this one is JavaScript: Node strips no types inside node_modules.
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const bootstrap = new URL(`./bootstrap.${extension}`, import.meta.url);
  const child = spawn(
    process.execPath,
    // Node 22 warns about type stripping, which is not the program's affair.
    ["--disable-warning=ExperimentalWarning", fileURLToPath(bootstrap), resolve(options.root, options.main)],
    { cwd: options.root, env: { ...options.environment }, stdio: ["ignore", "pipe", "pipe", "ipc"] },
  );
  for (const stream of ["stdout", "stderr"] as const)
    eachLine(child[stream], (line) => options.onOutput(stream, line));
  // The channel carries what our own bootstrap sends, nothing else.
  child.on("message", (message) => options.onProblem(message as ProgramProblem));

  const exited = new Promise<ProgramExit>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code: code ?? undefined, signal: signal ?? undefined }));
  });
  // Whoever awaits it hears of a failure; until then it must not count as unhandled.
  exited.catch(() => undefined);

  return {
    start: (message) => {
      // A process that has died already is reported by its exit.
      if (child.connected) child.send(message, () => undefined);
    },
    exited,
    kill: () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS);
      child.once("close", () => clearTimeout(timer));
    },
  };
}

function eachLine(stream: Readable | null, handle: (line: string) => void): void {
  if (stream === null) return;
  createInterface({ input: stream }).on("line", (line) => {
    if (line.trim() !== "") handle(line);
  });
}
