#!/usr/bin/env node
import { type Command, outputMode } from "./commands/define-command.ts";
import { COMMAND_LINE } from "./commands/index.ts";
import { helpPage, helpTopic } from "./lib/command-line/help.ts";
import type { GivenLine } from "./lib/command-line/spec.ts";
import type { CommandResult } from "./lib/command-result.ts";
import { EXIT } from "./lib/exit-codes.ts";
import { createOutput, type Output } from "./render/output.ts";
import { INSTALLED } from "../platform/package-folder.ts";

const words = process.argv.slice(2);
const topic = await helpTopic(COMMAND_LINE, words);
if (topic === undefined) await parse();
else process.stdout.write(await helpPage(COMMAND_LINE, topic));

/** The parser's library is loaded here: help does not need it, and it takes a quarter of help's time. */
async function parse(): Promise<void> {
  const [{ createParser }, { CommanderError }] = await Promise.all([
    import("./lib/command-line/parser.ts"),
    import("commander"),
  ]);
  try {
    const parser = await createParser(COMMAND_LINE, words, run);
    await parser.parseAsync(words, { from: "user" });
  } catch (error) {
    // The library has written what is wrong with the command line.
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = EXIT.usage;
  }
}

async function run(command: Command, given: GivenLine): Promise<void> {
  const output = createOutput({
    ...outputMode(given),
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    installed: INSTALLED,
  });
  try {
    const call = command.prepare(given);
    const interruption = listenForInterrupts(output, call.follows);
    // Here, not above: `--help` and a wrong command line need none of it.
    const { createContext } = await import("./stack/context.ts");
    const { stack, config } = call.globals;
    const context = createContext({
      options: { stack, config },
      environment: process.env,
      output,
      interruption,
    });
    await finish(output, interruption, call.follows, () => call.run(context));
  } catch (error) {
    await fail(output, error);
  }
}

interface Interruption {
  readonly cancel: AbortSignal;
  readonly terminate: AbortSignal;
}

/** Writes what the command came to; what interrupted it counts, whether it then succeeded or not. */
async function finish(
  output: Output,
  { cancel, terminate }: Interruption,
  /** Whoever follows is meant to be stopped by hand. */
  follows: boolean,
  work: () => Promise<CommandResult>,
): Promise<void> {
  try {
    const result = await work();
    output.result(result);
    process.exitCode = result.exitCode;
  } catch (error) {
    await fail(output, error);
  }
  if (cancel.aborted && !follows) process.exitCode = EXIT.interrupted;
  // Whoever asked twice does not wait for a connection that hangs.
  if (terminate.aborted) process.exit();
}

async function fail(output: Output, error: unknown): Promise<void> {
  const { describeProblems, exitCodeOf, problemsAsJson } = await import("./lib/describe-problems.ts");
  output.failure({ text: describeProblems(error), json: problemsAsJson(error) });
  process.exitCode = exitCodeOf(error);
}

/** First Ctrl-C: finish what runs and save; second: stop at once. */
function listenForInterrupts(output: Output, follows: boolean): Interruption {
  const cancel = new AbortController();
  const terminate = new AbortController();
  const interrupt = (): void => {
    if (cancel.signal.aborted) {
      terminate.abort();
    } else {
      if (!follows)
        output.note("Stopping: running steps are finished and saved. Press Ctrl-C again to stop at once.");
      cancel.abort();
    }
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  return { cancel: cancel.signal, terminate: terminate.signal };
}
