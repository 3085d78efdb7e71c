import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const REPOSITORY = join(import.meta.dirname, "../..");

/** A stack of its own for a suite, whose ports and state nobody else has. */
export interface BenchStack {
  readonly name: string;
  /** A folder that goes with the stack. */
  readonly home: string;
  /** Runs `./nasiko` on it. @returns what it printed @throws Error when it fails */
  readonly nasiko: (...args: readonly string[]) => Promise<string>;
  /** Runs another program in the same surroundings. @throws Error when it fails */
  readonly run: (program: string, ...args: readonly string[]) => Promise<string>;
  /** Deletes it with all that it has. */
  readonly remove: () => Promise<void>;
}

/** @param environment e.g. which services it has @default the whole platform */
export function createBenchStack(environment: Readonly<Record<string, string>> = {}): BenchStack {
  const name = `bench-${process.pid}`.slice(0, 20);
  const home = mkdtempSync(join(tmpdir(), "nasiko-bench-"));
  const env = { ...process.env, NASIKO_HOME: home, NASIKO_PORT_OFFSET: "31000", ...environment };
  const run = (program: string, ...args: readonly string[]): Promise<string> => execute(program, args, env);
  const nasiko = (...args: readonly string[]): Promise<string> =>
    run(join(REPOSITORY, "nasiko"), "--stack", name, ...args);
  return {
    name,
    home,
    run,
    nasiko,
    remove: async () => {
      await nasiko("local", "down", "--volumes", "--yes");
      rmSync(home, { recursive: true });
    },
  };
}

async function execute(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  const printed: Buffer[] = [];
  const said: Buffer[] = [];
  child.stdout.on("data", (part: Buffer) => printed.push(part));
  child.stderr.on("data", (part: Buffer) => said.push(part));
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  if (exitCode !== 0) {
    const output = Buffer.concat([...said, ...printed]).toString();
    throw new Error(`${program} ${args.join(" ")} ended with ${exitCode}:\n${output}`);
  }
  return Buffer.concat(printed).toString();
}
