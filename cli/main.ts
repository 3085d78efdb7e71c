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
import { NasikoErrors } from "../platform/errors/define-error.ts";
import { INSTALLED } from "../platform/package-folder.ts";

const lostReader = new AbortController();
tellOfLostReaders(process, () => lostReader.abort());
const words = process.argv.slice(2);
const topic = await helpTopic(COMMAND_LINE, words);
if (topic === undefined) await obey();
else process.stdout.write(await helpPage(COMMAND_LINE, topic));

async function obey(): Promise<void> {
  // Here, not above: help needs neither.
  const { readLine } = await import("./lib/command-line/read-line.ts");
  const read = await readLine(COMMAND_LINE, words);
  switch (read.kind) {
    case "call":
      return run(read.command, read.given);
    case "wrong":
      return fail(outputOf(read.given), new NasikoErrors(read.problems));
    case "incomplete":
      process.stderr.write(await helpPage(COMMAND_LINE, read.place));
      process.exitCode = EXIT.usage;
  }
}

function outputOf(given: GivenLine): Output {
  return createOutput({
    ...outputMode(given),
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    installed: INSTALLED,
  });
}

async function run(command: Command, given: GivenLine): Promise<void> {
  const output = outputOf(given);
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
