import type { ArgumentKind } from "./argument.ts";
import { type Options, optionEntries } from "./option.ts";
import { type CommandLine, commandsOf, type LoadedCommand } from "./spec.ts";

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

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
  /** Heading that it belongs under, e.g. "Start and stop". */
  readonly group: string;
}

/** A script for a shell that completes commands, their options, and the names of services and agents. */
export function completionScript(shell: Shell, line: CommandLine<LoadedCommand>, members: Members): string {
  return { bash, zsh, fish }[shell](placesOf(line, members));
}

/** Every point of the tree of words, and what can follow there, in the order of the groups. */
export function placesOf(line: CommandLine<LoadedCommand>, members: Members): readonly Place[] {
  const places = new Map<string, Map<string, Choice>>();
  const add = (words: string, word: string, help: string, group: string): void => {
    const known = places.get(words) ?? new Map<string, Choice>();
    if (!known.has(word)) known.set(word, { word, help, group });
    places.set(words, known);
  };
  const addOptions = (words: string, options: Options): void => {
    for (const { name, help } of optionEntries(options)) add(words, name, help, "Options");
  };
  for (const group of line.groups)
    for (const { name, summary, arguments: takes = {}, options = {} } of commandsOf(line.commands, group)) {
      const words = name.split(" ");
      for (const [depth, word] of words.entries()) {
        const place = words.slice(0, depth + 1).join(" ");
        const help = place === name ? summary : (line.namespaces[place] ?? "");
        add(words.slice(0, depth).join(" "), word, help, group.title);
      }
      for (const { names, choices = [], help } of Object.values(takes)) {
        for (const member of names === undefined ? [] : members[names]) add(name, member, help, "Arguments");
        for (const choice of choices) add(name, choice, help, "Arguments");
      }
      addOptions(name, { ...options, ...line.globals });
    }
  addOptions("", line.globals);
  return [...places].map(([words, next]) => ({ words, next: [...next.values()] }));
}

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
# Bash 4.4 and later keep the order of the groups.
complete -o default -o nosort -F _nasiko nasiko ./nasiko 2>/dev/null || complete -o default -F _nasiko nasiko ./nasiko`;
}

function zsh(places: readonly Place[]): string {
  const cases = places.map(({ words, next }) => {
    const groups = [...new Set(next.map(({ group }) => group))];
    const described = groups.map((group) => {
      const choices = next
        .filter((choice) => choice.group === group)
        .map(({ word, help }) => `      ${quoted(`${word.replaceAll(":", "\\:")}:${help}`)}`);
      return `      next=(\n${choices.join("\n")}\n      ); _describe -V ${quoted(group)} next`;
    });
    return `    ${quoted(words)})\n${described.join("\n")}\n      ;;`;
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
}
compdef _nasiko nasiko`;
}

function fish(places: readonly Place[]): string {
  // With -k fish keeps the order, of the last call first.
  const lines = places.flatMap(({ words, next }) =>
    next.toReversed().map(({ word, help }) => {
      const what = word.startsWith("--") ? `-l ${word.slice(2)}` : `-a ${quoted(word)}`;
      return `complete -c nasiko -k -f -n ${quoted(`__nasiko_at "${words}"`)} ${what} -d ${quoted(help)}`;
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
