import type { ArgumentKind, Command } from "../command.ts";
import { GLOBAL_OPTIONS } from "../parser.ts";

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

export const isShell = (value: unknown): value is Shell => SHELLS.some((shell) => shell === value);

/** Names that can be completed, by what they name. */
export type Members = Readonly<Record<ArgumentKind, readonly string[]>>;

/** What may come after some words of a command line. */
interface Place {
  /** Words so far, e.g. "local"; "" at the beginning. */
  readonly words: string;
  readonly next: readonly Choice[];
}

interface Choice {
  readonly word: string;
  readonly help: string;
}

/** A script for a shell that completes commands, their options, and the names of services and agents. */
export function completionScript(shell: Shell, commands: readonly Command[], members: Members): string {
  const places = placesOf(commands, members);
  return { bash, zsh, fish }[shell](places);
}

/** Every point of the tree of words, and what can follow there. */
export function placesOf(commands: readonly Command[], members: Members): readonly Place[] {
  const places = new Map<string, Map<string, string>>();
  const add = (words: string, word: string, help: string): void => {
    const known = places.get(words) ?? new Map<string, string>();
    if (!known.has(word)) known.set(word, help);
    places.set(words, known);
  };
  for (const { name, summary, arguments: takes = [], options } of commands) {
    const words = name.split(" ");
    for (const [depth, word] of words.entries())
      add(words.slice(0, depth).join(" "), word, depth === words.length - 1 ? summary : `${word} …`);
    for (const { flags, help } of [...options, ...GLOBAL_OPTIONS]) add(name, longFlag(flags), help);
    for (const { kind, choices = [], help } of takes) {
      for (const member of kind === undefined ? [] : members[kind]) add(name, member, kind ?? "");
      for (const choice of choices) add(name, choice, help);
    }
  }
  for (const { flags, help } of GLOBAL_OPTIONS) add("", longFlag(flags), help);
  return [...places].map(([words, next]) => ({
    words,
    next: [...next].map(([word, help]) => ({ word, help })),
  }));
}

/** @example longFlag("-f, --follow") // "--follow" */
const longFlag = (flags: string): string => /--[\w-]+/.exec(flags)?.[0] ?? flags;

/** The words before the cursor, without options and their values, joined: the longest known place counts. */
function bash(places: readonly Place[]): string {
  const cases = places.map(
    ({ words, next }) => `    ${quoted(words)}) next=${quoted(next.map(({ word }) => word).join(" "))} ;;`,
  );
  return `# bash completion of nasiko; to use it: source <(nasiko completion bash)
_nasiko() {
  local next="" place="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) continue ;; esac
    case "\${place:+$place }$word" in
${knownPlaces(places)}) place="\${place:+$place }$word" ;;
    esac
  done
  case "$place" in
${cases.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$next" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _nasiko nasiko ./nasiko`;
}

function zsh(places: readonly Place[]): string {
  const cases = places.map(({ words, next }) => {
    const choices = next.map(({ word, help }) => `      ${quoted(`${word.replaceAll(":", "\\:")}:${help}`)}`);
    return `    ${quoted(words)}) next=(\n${choices.join("\n")}\n    ) ;;`;
  });
  return `#compdef nasiko
# zsh completion of nasiko; to use it: source <(nasiko completion zsh)
_nasiko() {
  local place="" word
  local -a next
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$word" in -*) continue ;; esac
    case "\${place:+$place }$word" in
${knownPlaces(places)}) place="\${place:+$place }$word" ;;
    esac
  done
  case "$place" in
${cases.join("\n")}
  esac
  _describe nasiko next
}
compdef _nasiko nasiko`;
}

function fish(places: readonly Place[]): string {
  const lines = places.flatMap(({ words, next }) =>
    next.map(({ word, help }) => {
      const what = word.startsWith("--") ? `-l ${word.slice(2)}` : `-a ${quoted(word)}`;
      return `complete -c nasiko -f -n ${quoted(`__nasiko_at "${words}"`)} ${what} -d ${quoted(help)}`;
    }),
  );
  const known = places.map(({ words }) => quoted(words)).join(" ");
  return `# fish completion of nasiko; to use it: nasiko completion fish | source
function __nasiko_at
  set -l place
  for word in (commandline -opc)[2..-1]
    string match -q -- '-*' $word; and continue
    contains -- (string join ' ' $place $word) ${known}; and set -a place $word
  end
  test (string join ' ' $place) = $argv[1]
end
${lines.join("\n")}`;
}

const knownPlaces = (places: readonly Place[]): string =>
  `      ${places.map(({ words }) => quoted(words)).join("|")}`;

/** For every shell of the three: between single quotes nothing has a meaning. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
