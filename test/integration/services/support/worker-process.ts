import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface WorkerProcess {
  readonly output: () => string;
  /** Ends it. @returns its exit code, null after a signal that it could not handle */
  readonly stop: (signal?: "SIGTERM" | "SIGKILL") => Promise<number | null>;
}

const MAIN = new URL("../../../../services/nasiko-worker/src/main.ts", import.meta.url).pathname;

/** Starts the worker from its source, and waits until it says that it works. */
export async function startWorker(environment: Readonly<Record<string, string>>): Promise<WorkerProcess> {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env["PATH"], ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const written: string[] = [];
  child.stderr.on("data", (chunk: Buffer) => written.push(chunk.toString()));
  const exited = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      written.push(`${line}\n`);
      if (line.includes('"message":"working"')) resolve();
    });
    void exited.then(() => reject(new Error(`the worker ended: ${written.join("")}`)));
  });
  return {
    output: () => written.join(""),
    stop: (signal = "SIGTERM") => {
      child.kill(signal);
      return exited;
    },
  };
}
