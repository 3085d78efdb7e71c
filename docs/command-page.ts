import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { COMMAND_LINE } from "../cli/commands/index.ts";
import { type Options, optionEntries } from "../cli/lib/command-line/option.ts";
import { commandsOf, formsOf, loadCommandLine, type LoadedCommand } from "../cli/lib/command-line/spec.ts";
import { ENGINE_EXIT_CODES } from "../cli/lib/engine-errors.ts";
import { EXIT_MEANINGS } from "../cli/lib/exit-codes.ts";
import { ENGINE_ERRORS } from "../engine/all-errors.ts";

/** Every command with all that is said about it. */
const { commands: COMMANDS } = await loadCommandLine(COMMAND_LINE);

const root = join(import.meta.dirname, "..");

/** An error of ours, as its definition says. */
export interface DefinedError {
  readonly code: string;
  readonly exitCode: number;
}

const DEFINITION = /defineError(?:<\w+>)?\(\s*"(NSK-[A-Z0-9-]+)",\s*\{\s*exitCode: (\d+),/g;

/** Every error of the product, found where it is defined; a list to add to would be forgotten. */
export function definedErrors(): readonly DefinedError[] {
  const own = sources().flatMap(({ text }) =>
    [...text.matchAll(DEFINITION)].map(([, code = "", exitCode = ""]) => ({
      code,
      exitCode: Number(exitCode),
    })),
  );
  return [...own, ...ENGINE_ERRORS.map(({ code }) => ({ code, exitCode: ENGINE_EXIT_CODES[code] }))];
}

/** The product's own sources, without the module that `defineError` itself is in. */
export function sources(): readonly { readonly file: string; readonly text: string }[] {
  return globSync("{cli,components,engine,platform,policies,services/bundle}/**/*.ts", { cwd: root })
    .filter((file) => !file.endsWith("define-error.ts"))
    .toSorted()
    .map((file) => ({ file, text: readFileSync(join(root, file), "utf8") }));
}

/** `docs/CLI.md`: every command from its own description, and every exit code. */
export function commandPage(): string {
  return [
    "# The command `nasiko`",
    "",
    "<!-- Made from cli/commands and cli/lib/exit-codes.ts by `npm run docs`. -->",
    "",
    "Progress goes to stderr, the answer to stdout. On a terminal `local up` draws a tree; elsewhere, and with `TERM=dumb`,",
    "each event is a line. `NO_COLOR` switches colours off. `--json` makes the answer, or the refusal, one JSON document;",
    "`--events` makes it one JSON object per line, each with an `event`, the last one `result`.",
    "",
    "`nasiko --help` lists every command, `nasiko local up --help` explains one. Somebody new needs these, in this order:",
    "",
    ...COMMAND_LINE.essentials.flatMap((name) =>
      COMMANDS.filter((command) => command.name === name).map(
        ({ summary }) => `- [\`nasiko ${name}\`](#${anchorOf(name)}): ${summary}`,
      ),
    ),
    "",
    "These options may stand before and after the words of every command:",
    "",
    ...optionLines(COMMAND_LINE.globals),
    "",
    ...COMMAND_LINE.groups.flatMap((group) => [
      `## ${group.title}`,
      "",
      `Commands that ${group.summary}.`,
      "",
      ...commandsOf(COMMANDS, group).flatMap(commandSection),
    ]),
    "## Exit codes",
    "",
    "| code | meaning | errors |",
    "| --- | --- | --- |",
    ...exitCodeRows(),
    "",
  ].join("\n");
}

function commandSection(command: LoadedCommand): readonly string[] {
  const {
    name,
    summary,
    description,
    arguments: takes = {},
    options = {},
    examples,
    exitCodes = [],
  } = command;
  const explained = [
    ...Object.values(takes).map(({ form, help }) => `- \`${form}\`: ${help}`),
    ...optionLines(options),
    ...exitCodes.map((code) => `- exit code ${code}: ${EXIT_MEANINGS[code] ?? ""}`),
  ];
  return [
    `### nasiko ${[name, ...formsOf(command)].join(" ")}`,
    "",
    `${summary}.${description === undefined ? "" : ` ${description}`}`,
    "",
    ...explained,
    ...(explained.length === 0 ? [] : [""]),
    "```sh",
    ...examples,
    "```",
    "",
  ];
}

const optionLines = (options: Options): readonly string[] =>
  optionEntries(options).map(({ flags, help }) => `- \`${flags}\`: ${help}`);

/** As GitHub makes it from the heading: punctuation goes, spaces become dashes. */
function anchorOf(name: string): string {
  const command = COMMANDS.find((each) => each.name === name);
  const heading = ["nasiko", name, ...(command === undefined ? [] : formsOf(command))].join(" ");
  return heading.replace(/[^\w -]/g, "").replaceAll(" ", "-");
}

function exitCodeRows(): readonly string[] {
  const errors = definedErrors();
  return Object.entries(EXIT_MEANINGS).map(([code, meaning]) => {
    const names = errors
      .filter(({ exitCode }) => exitCode === Number(code))
      .map((error) => `\`${error.code}\``)
      .toSorted();
    return `| ${code} | ${meaning} | ${[...new Set(names)].join(", ")} |`;
  });
}
