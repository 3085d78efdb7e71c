import { globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import type * as EngineErrors from "../../cli/lib/engine-errors.ts";
import type * as AllEngineErrors from "../../engine/all-errors.ts";
import type * as DefineError from "../../platform/errors/define-error.ts";

type NasikoError = DefineError.NasikoError;

const ROOT = join(import.meta.dirname, "../..");
const FOLDERS = ["platform", "components", "policies", "services/bundle", "cli"];

/** `docs/TROUBLESHOOTING.md`: every error that there is, from its own definition. */
export function troubleshootingPage(): string {
  return [
    "# Troubleshooting",
    "",
    "<!-- Made from the errors' definitions by `npm run docs`. -->",
    "",
    "Every message has a code, a sentence, the detail, and a way out that can be pasted; with `--json` the same as",
    "fields. What has no code is our own fault: it comes with a stack trace, and we would like to see it.",
    "",
    "```sh",
    "./nasiko doctor                  # what speaks against `local up`, before it does",
    "./nasiko local status            # which service is not well, and why",
    "./nasiko preview                 # what `local up` would mend",
    "```",
    "",
    "What stands in `⟨…⟩` is filled in when it happens. Several problems of one kind are told at once; the exit code is",
    "that of the first.",
    "",
    "| code | exit code | what it says | what to do |",
    "| --- | --- | --- | --- |",
    ...allErrors()
      .toSorted((a, b) => (a.code < b.code ? -1 : 1))
      .map((definition) => row(example(definition))),
    "",
  ].join("\n");
}

/** Makes an error of one code, ours or the engine's. */
interface Making {
  (details: never): Error;
  readonly code: string;
}

/**
 * Loads a module by `require`, so that making a page needs no waiting. All that tells errors apart by their class has
 * to come this way: a test runner loads a second copy of what is imported.
 */
const load = createRequire(import.meta.url);

const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");

/** Loads every module that defines an error of ours. */
function allErrors(): readonly Making[] {
  const files = FOLDERS.flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: ROOT }));
  for (const file of files.filter((name) => /= defineError(?:<\w+>)?\(/.test(read(name))))
    load(join(ROOT, file));
  const { definedErrors } = load(join(ROOT, "platform/errors/define-error.ts")) as typeof DefineError;
  const { ENGINE_ERRORS } = load(join(ROOT, "engine/all-errors.ts")) as typeof AllEngineErrors;
  return [...definedErrors(), ...ENGINE_ERRORS];
}

/** The error with placeholders for everything that only a case can tell. */
function example(definition: Making): NasikoError {
  const { problemsOf } = load(join(ROOT, "cli/lib/engine-errors.ts")) as typeof EngineErrors;
  const [problem] = problemsOf(definition(placeholder("…") as never));
  if (problem === undefined) throw new Error(`${definition.code} makes no error for users`);
  return problem;
}

/** Details by which a case asks for another way out than the usual one, which is the one to be shown. */
const INSTEAD: ReadonlySet<string> = new Set(["remedy"]);

/** Stands for any detail: a text, a number, a list; its parts are called by their names. */
function placeholder(name: string): unknown {
  const text = (): string => `⟨${name}⟩`;
  const same = (): unknown => placeholder(name);
  const parts: Readonly<Record<string | symbol, unknown>> = {
    [Symbol.toPrimitive]: text,
    toString: text,
    toJSON: text,
    toFixed: text,
    join: text,
    [Symbol.iterator]: () => [placeholder(name)][Symbol.iterator](),
    length: 2,
  };
  return new Proxy(same, {
    get: (_, key) => {
      if (key in parts) return parts[key];
      return typeof key === "string" && !INSTEAD.has(key) ? child(name, key) : undefined;
    },
  });
}

/** A method of a list or text gives the same again; anything else is a part. */
const child = (name: string, key: string): unknown =>
  typeof Reflect.get(Array.prototype, key) === "function" ||
  typeof Reflect.get(String.prototype, key) === "function"
    ? () => placeholder(name)
    : placeholder(key);

const row = ({ code, exitCode, message, suggestion }: NasikoError): string =>
  `| \`${code}\` | ${exitCode} | ${cell(message)} | ${cell(suggestion)} |`;

/** A text may come out of a table by a detail that is only a placeholder here. */
const cell = (text: string | undefined): string =>
  (text ?? "⟨…⟩")
    .replaceAll("NaN", "⟨…⟩")
    .replaceAll("|", "\\|")
    .split("\n")
    .map((line) => line.trim())
    .join("<br>");
