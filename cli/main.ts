#!/usr/bin/env node
import { type Command, outputMode } from "./commands/define-command.ts";
import { COMMAND_LINE } from "./commands/index.ts";
import { helpPage, helpTopic } from "./lib/command-line/help.ts";
import type { GivenLine } from "./lib/command-line/spec.ts";
import type { CommandResult } from "./lib/command-result.ts";
import { EXIT } from "./lib/exit-codes.ts";
import { createOutput, type Output } from "./render/output.ts";
import { listenForSignals, type Interruption } from "./lib/interruption.ts";
import { tellOfLostReaders } from "./lib/lost-reader.ts";
import { INSTALLED } from "../platform/package-folder.ts";

const lostReader = new AbortController();
tellOfLostReaders(process, () => lostReader.abort());
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
    const interruption = listenForSignals({
      process,
      ignored: (process.env["IGNORED_SIGNALS"] ?? "").split(" "),
      stopped: lostReader.signal,
      onFirst: () => {
        if (!call.follows)
          output.note("Stopping: running steps are finished and saved. Press Ctrl-C again to stop at once.");
      },
    });
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

/** Writes what the command came to; what interrupted it counts, whether it then succeeded or not. */
async function finish(
  output: Output,
  { terminate, exitCode }: Interruption,
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
  const interrupted = exitCode();
  const isMeant = follows && interrupted === EXIT.interrupted;
  if (interrupted !== undefined && !isMeant) process.exitCode = interrupted;
  // Whoever asked twice does not wait for a connection that hangs.
  if (terminate.aborted) process.exit();
}

async function fail(output: Output, error: unknown): Promise<void> {
  const { describeProblems, exitCodeOf, problemsAsJson } = await import("./lib/describe-problems.ts");
  output.failure({ text: describeProblems(error), json: problemsAsJson(error) });
  process.exitCode = exitCodeOf(error);
}
