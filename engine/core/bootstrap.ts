/**
 * Entry point of the program's process: `node bootstrap.ts <absolute path of the program>`.
 *
 * It does for one program what the SDK's own `cmd/run` does for any, in half the time: it loads the SDK while the
 * engine still opens the state, waits for the word to start, runs the program inside a stack, and reports errors.
 */
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { describeError } from "./program-errors.ts";
import type { ProgramProblem, ProgramStart } from "./program-messages.ts";
import { dropDebugLines, loadSdkInternals, watchNoProperties } from "./sdk-internals.ts";

const program = process.argv[2];
if (program === undefined) throw new Error("usage: bootstrap <program>");

// Ctrl-C in a terminal reaches the whole process group; the engine decides when the program ends.
process.on("SIGINT", () => undefined);
process.on("disconnect", () => process.exit(1));

// The program's own copy of the SDK: a second one would have connections and options of its own.
const sdk = loadSdkInternals(createRequire(program));
const { settings, stacks, config, log } = sdk;

dropDebugLines(sdk);
if (!process.env["PULUMI_DEBUG_PROMISE_LEAKS"]) watchNoProperties(sdk);

const reported = new Set<unknown>();
let failed = false;

function report(error: unknown): void {
  failed = true;
  process.exitCode = 1;
  if (reported.has(error)) return;
  reported.add(error);
  for (const problem of describeError(error)) send(problem);
}

function send(problem: ProgramProblem): void {
  process.send?.(problem);
}

async function loadProgram(path: string): Promise<unknown> {
  // Modules export anything; what counts is told apart below.
  const exports = (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>;
  if (!("default" in exports)) return exports;
  if (Object.keys(exports).some((name) => name !== "default" && name !== "module.exports"))
    throw new Error(
      "the program's module has a default export and named exports; Pulumi allows one or the other",
    );
  const main = exports["default"];
  // Pulumi runs an exported function and takes what it returns for the stack's outputs.
  return typeof main === "function" ? (main as () => unknown)() : main;
}

async function run(path: string, start: ProgramStart): Promise<void> {
  // Any number but 1 means "not one by one"; how many steps run at a time is the engine's business.
  const parallel = 16;
  const { project, stack, address, dryRun } = start;
  settings.resetOptions(project, stack, parallel, address, address, dryRun, "organization");
  config.setAllConfig({ ...start.config }, start.secretConfigKeys);
  try {
    await stacks.runInPulumiStack(() => loadProgram(path));
    await settings.waitForRPCs();
    // An error that was only logged is a failure too, as it is with the Pulumi CLI.
    const succeeded = !failed && !log.hasErrors();
    if (!succeeded) process.exitCode = 1;
    await settings.disconnect(succeeded);
  } catch (error) {
    report(error);
    await settings.disconnect(false);
  }
  // Does not keep the process alive by itself: it ends one that something else does.
  setTimeout(() => process.exit(), LINGER_MS).unref();
}

/** How long a program may live on after all is declared, e.g. because of a timer that it forgot. */
const LINGER_MS = 10_000;

process.on("unhandledRejection", report);
process.on("uncaughtException", report);
process.once("message", (start: ProgramStart) => {
  // From here on the channel must not keep a program alive that has nothing left to do.
  process.channel?.unref();
  void run(program, start);
});
