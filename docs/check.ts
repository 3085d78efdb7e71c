import { globSync, readFileSync } from "node:fs";
import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";

import { COMMAND_LINE } from "../cli/commands/index.ts";
import { loadCommandLine } from "../cli/lib/command-line/spec.ts";
import { optionEntries } from "../cli/lib/command-line/option.ts";
import { stalePages } from "./generate.ts";
import { unknownAnchors, unknownNames } from "./named-things.ts";

/** Every command with all that is said about it. */
const { commands: COMMANDS } = await loadCommandLine(COMMAND_LINE);

const ROOT = join(import.meta.dirname, "..");

/** Every page of the checkout that people read. */
const PAGES = [
  "README.md",
  "docs/*.md",
  "engine/README.md",
  "{services,agents,templates}/*/README.md",
  "offline/*/*/README.md",
];

/** Options that stand before the words of a command and take a value. */
const GLOBAL_WITH_VALUE = ["--stack", "--config"];

/** Everything that is wrong with the documents, a line each. */
export function documentProblems(): readonly string[] {
  const pages = globSync(PAGES, { cwd: ROOT, exclude: (path) => path.includes("node_modules") });
  return [
    ...stalePages().map((path) => `${path}: not what the data says; npm run docs writes it again`),
    ...pages.flatMap((page) => {
      const text = readFileSync(join(ROOT, page), "utf8");
      return [
        ...brokenLinks(page, text),
        ...unknownCommands(page, text),
        ...[...unknownNames(page, text), ...unknownAnchors(page, text)].map(
          (problem) => `${page}: ${problem}`,
        ),
      ];
    }),
  ];
}

/** Links to files of this checkout that are not there; addresses elsewhere are not asked. */
function brokenLinks(page: string, text: string): readonly string[] {
  return [...text.matchAll(/\]\(([^)#\s]+)(?:[#\s][^)]*)?\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target) && !/[{}]/.test(target))
    .filter((target) => !existsSync(resolved(page, target)) && !existsSync(resolved(page, `${target}.md`)))
    .map((target) => `${page}: the link to ${target} leads nowhere`);
}

const resolved = (page: string, target: string): string =>
  join(ROOT, relative(ROOT, join(ROOT, dirname(page), target)));

/** Lines of shell blocks that call a command, an option or a script that does not exist. */
function unknownCommands(page: string, text: string): readonly string[] {
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = ""]) => block);
  return blocks.flatMap((block) =>
    block
      .split(/\n|&&|\|\||;/)
      .map((line) => line.replace(/\s#.*$/, "").trim())
      .flatMap((line) => problemIn(line))
      .map((problem) => `${page}: ${problem}`),
  );
}

function problemIn(line: string): readonly string[] {
  const script = /^npm run ([\w:]+)/.exec(line)?.[1];
  if (script !== undefined && !scripts().includes(script)) return [`there is no script ${script}`];
  const called = /(?:^|\s|\()\.\/nasiko\s+([^)"]*)/.exec(line)?.[1];
  return called === undefined ? [] : commandProblem(called.split(/\s+/).filter((word) => word !== ""));
}

function commandProblem(given: readonly string[]): readonly string[] {
  const words = given.filter((word, index) => {
    const before = given[index - 1] ?? "";
    return !GLOBAL_WITH_VALUE.includes(word) && !GLOBAL_WITH_VALUE.includes(before);
  });
  const command = COMMANDS.find(({ name }) => `${words.join(" ")} `.startsWith(`${name} `));
  if (command === undefined) return [`there is no command ./nasiko ${given.join(" ")}`];
  const known = [
    ...optionEntries(command.options ?? {}).map(({ name }) => name),
    "--json",
    ...GLOBAL_WITH_VALUE,
  ];
  return given
    .filter((word) => word.startsWith("--") && !known.includes(word))
    .map((word) => `${command.name} has no option ${word}`);
}

function scripts(): readonly string[] {
  const { scripts: all } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  return Object.keys(all);
}

if (import.meta.main) {
  const problems = documentProblems();
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
