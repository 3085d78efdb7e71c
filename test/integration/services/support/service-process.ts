import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A service of ours, started from its source as a process of its own. */
export interface ServiceProcess {
  /** Where it listens, e.g. "http://127.0.0.1:43211". */
  readonly url: string;
  /** Everything that it has written so far. */
  readonly output: () => string;
  /** Asks it to end, and gives its exit code. */
  readonly stop: () => Promise<number | null>;
}

/**
 * Starts `main` on a free port of the loopback interface and waits until its log says that it listens.
 * @throws Error with everything it wrote, when it ends before that
 */
export async function startService(
  main: string,
  environment: Readonly<Record<string, string>>,
): Promise<ServiceProcess> {
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env["PATH"], HOST: "127.0.0.1", PORT: "0", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const written: string[] = [];
  child.stderr.on("data", (chunk: Buffer) => written.push(chunk.toString()));
  const exited = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  const port = await new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      written.push(`${line}\n`);
      const entry = parseLog(line);
      if (entry.message === "listening" && entry.port !== undefined) resolve(entry.port);
    });
    void exited.then((code) =>
      reject(new Error(`${main} ended with ${code ?? "a signal"}: ${written.join("")}`)),
    );
  });
  return {
    url: `http://127.0.0.1:${port}`,
    output: () => written.join(""),
    stop: () => {
      child.kill("SIGTERM");
      return exited;
    },
  };
}

function parseLog(line: string): { readonly message?: string; readonly port?: number } {
  return JSON.parse(line) as { message?: string; port?: number };
}

/** Waits until `probe` gives something, asking again every 20 ms; the test's own time limit ends it. */
export async function eventually<T>(probe: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
