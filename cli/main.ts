#!/usr/bin/env node
import type { Command as Parser } from "commander";

import type { Command, OptionValues } from "./commands/command.ts";
import { COMMANDS } from "./commands/commands.ts";
import { EXIT } from "./lib/exit-codes.ts";
import { createOutput, type Output } from "./render/output.ts";
import { createParser } from "./commands/parser.ts";
import { INSTALLED } from "../platform/package-folder.ts";

const parser = createParser(COMMANDS, run);
exitWith(parser);
await parser.parseAsync();

/** Parts of the tree that have no command of their own inherit nothing from the root: each is told. */
function exitWith(parser: Parser): void {
  parser.exitOverride((error) => process.exit(error.exitCode === 0 ? EXIT.done : EXIT.usage));
  for (const child of parser.commands) exitWith(child);
}

async function run(command: Command, options: OptionValues): Promise<void> {
  const output = createOutput({
    json: options["json"] === true,
    events: options["events"] === true,
    quiet: options["quiet"] === true,
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    installed: INSTALLED,
  });
  // Whoever follows is meant to be stopped by hand.
  const follows = command.follows?.(options) === true;
  const interruption = listenForInterrupts(output, follows);
  // Here, not above: `--help` and a wrong command line need none of it.
  const { createContext } = await import("./stack/context.ts");
  const { stack, config } = options;
  try {
    const context = createContext({
      options: {
        stack: typeof stack === "string" ? stack : "local",
        ...(typeof config === "string" ? { config } : {}),
      },
      environment: process.env,
      output,
      interruption,
    });
    const { handler } = await command.load();
    const result = await handler(context, options);
    output.result(result);
    process.exitCode = result.exitCode;
  } catch (error) {
    const { describeProblems, exitCodeOf, problemsAsJson } = await import("./lib/describe-problems.ts");
    output.failure({ text: describeProblems(error), json: problemsAsJson(error) });
    process.exitCode = exitCodeOf(error);
  }
  if (interruption.cancel.aborted && !follows) process.exitCode = EXIT.interrupted;
  // Whoever asked twice does not wait for a connection that hangs.
  if (interruption.terminate.aborted) process.exit();
}

/** First Ctrl-C: finish what runs and save; second: stop at once. */
function listenForInterrupts(
  output: Output,
  follows: boolean,
): {
  readonly cancel: AbortSignal;
  readonly terminate: AbortSignal;
} {
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
