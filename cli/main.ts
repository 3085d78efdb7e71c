import { InvalidArgumentError, Command as Parser } from "commander";

import { type Command, type CommandResult, type OptionValues } from "./command.ts";
import { COMMANDS } from "./commands/commands.ts";
import { createContext, type GlobalOptions } from "./context.ts";
import { describeProblems, exitCodeOf, problemsAsJson } from "./errors.ts";
import { createOutput } from "./output/output.ts";

/** Exit code of a wrong command line, as most commands have it. */
const USAGE = 2;
/** Exit code after Ctrl-C, as shells expect it: 128 + SIGINT. */
const INTERRUPTED = 130;

const parser = new Parser("nasiko")
  .description("The Nasiko agent platform on your machine")
  .option("--stack <name>", "the stack to work on", stackName, "local")
  .option("--config <file>", "env file that goes before all others")
  .option("--json", "print one JSON document instead of text")
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : USAGE));

for (const command of COMMANDS) declare(command);
await parser.parseAsync();

/** Hangs a command into the tree of words, e.g. "up" below "local". */
function declare(command: Command): void {
  const words = command.name.split(" ");
  const last = words.at(-1) ?? command.name;
  let parent = parser;
  for (const word of words.slice(0, -1)) {
    parent = parent.commands.find((known) => known.name() === word) ?? parent.command(word);
  }
  const entry = parent.command(last).description(command.summary);
  for (const { flags, help } of command.options) entry.option(flags, help);
  entry.option("--json", "print one JSON document instead of text");
  entry.addHelpText("after", `\nExamples:\n${command.examples.map((line) => `  ${line}`).join("\n")}`);
  if (command.argument !== undefined) entry.argument(command.argument.form, command.argument.help);
  entry.action(async () => {
    const { argument } = command;
    const given = argument === undefined ? {} : { [argument.name]: entry.processedArgs[0] as string[] };
    await run(command, { ...entry.optsWithGlobals<GlobalOptions & OptionValues>(), ...given });
  });
}

async function run(command: Command, options: GlobalOptions & OptionValues): Promise<void> {
  const output = createOutput({
    json: options.json === true,
    stdout: process.stdout,
    stderr: process.stderr,
  });
  const interruption = listenForInterrupts((line) => output.note(line));
  try {
    const context = createContext({ options, environment: process.env, output, interruption });
    const { handler } = await command.load();
    finish(await handler(context, options), output.result);
  } catch (error) {
    finish(
      { exitCode: exitCodeOf(error), text: describeProblems(error), json: problemsAsJson(error) },
      options.json === true ? output.result : output.failure,
    );
  }
  if (interruption.cancel.aborted) process.exitCode = INTERRUPTED;
  // Whoever asked twice does not wait for a connection that hangs.
  if (interruption.terminate.aborted) process.exit();
}

function finish(result: CommandResult, print: (result: CommandResult) => void): void {
  print(result);
  process.exitCode = result.exitCode;
}

/** First Ctrl-C: finish what runs and save; second: stop at once. */
function listenForInterrupts(say: (line: string) => void): {
  readonly cancel: AbortSignal;
  readonly terminate: AbortSignal;
} {
  const cancel = new AbortController();
  const terminate = new AbortController();
  const interrupt = (): void => {
    if (cancel.signal.aborted) {
      terminate.abort();
    } else {
      say("Stopping: running steps are finished and saved. Press Ctrl-C again to stop at once.");
      cancel.abort();
    }
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  return { cancel: cancel.signal, terminate: terminate.signal };
}

function stackName(value: string): string {
  if (value === "") throw new InvalidArgumentError("a stack needs a name");
  return value;
}
