import { type Instruction, parseInstructions } from "./dockerfile.ts";

/** Something in a Dockerfile that the classic builder does not know. */
export interface BuildKitFeature {
  /** @example "RUN --mount" */
  readonly name: string;
  readonly line: number;
  /** Oldest version of Docker's API whose own BuildKit knows it. @default every one that has BuildKit */
  readonly api?: string;
}

/** Flags that only BuildKit knows, by instruction; `#` means the API of Docker 23, the first with them. */
const FLAGS: Readonly<Record<string, readonly string[]>> = {
  RUN: ["mount", "network", "security"],
  COPY: ["chmod", "link#", "parents#", "exclude#"],
  ADD: ["chmod", "link#", "checksum#", "keep-git-dir#", "exclude#", "unpack#"],
};
/** API of Docker 23. */
const DOCKER_23 = "1.42";
const HEREDOC = /^\d*<<-?["']?\w/;

/** What a Dockerfile needs BuildKit for, in the order of the file. */
export const buildKitFeatures = (dockerfile: string): readonly BuildKitFeature[] =>
  parseInstructions(dockerfile).flatMap(featuresOf);

function featuresOf({ keyword, words, line }: Instruction): readonly BuildKitFeature[] {
  const flags = FLAGS[keyword];
  if (flags === undefined) return [];
  const end = words.findIndex(({ text }) => !text.startsWith("--"));
  const given = words
    .slice(0, end === -1 ? undefined : end)
    .map(({ text }) => /^--([\w-]+)/.exec(text)?.[1] ?? "");
  const flagged = given.flatMap((name): readonly BuildKitFeature[] => {
    if (flags.includes(name)) return [{ name: `${keyword} --${name}`, line }];
    return flags.includes(`${name}#`) ? [{ name: `${keyword} --${name}`, line, api: DOCKER_23 }] : [];
  });
  const isDocument = words.some(({ text }) => HEREDOC.test(text));
  return isDocument ? [...flagged, { name: "a here-document", line, api: DOCKER_23 }] : flagged;
}

/** The line before everything else that names an image to read the file with. */
const SYNTAX = /^(?:\uFEFF)?#[ \t]*syntax[ \t]*=/i;

/**
 * Takes the choice of another reader away from a Dockerfile, whose image would have to be fetched, and leaves every line
 * where it is: the engine's own reads it.
 */
export function withoutSyntax(dockerfile: string): string {
  const lines = dockerfile.split("\n");
  for (const [index, line] of lines.entries()) {
    if (SYNTAX.test(line)) lines[index] = line.replace("=", " is not taken from a registry:");
    // Directives stand before everything else, comments included.
    else if (!/^#[ \t]*\w+[ \t]*=/.test(line)) break;
  }
  return lines.join("\n");
}

/**
 * Takes cache mounts out of a Dockerfile: they make a build faster, and nothing else, so that a builder without them
 * makes the same image.
 */
export function withoutCaches(dockerfile: string): string {
  let text = "";
  let copied = 0;
  for (const { keyword, words } of parseInstructions(dockerfile)) {
    if (keyword !== "RUN") continue;
    for (const { text: word, start, end } of words) {
      if (!word.startsWith("--")) break;
      if (!/^--mount=(?:.*,)?type=cache(?:,|$)/.test(word)) continue;
      text += dockerfile.slice(copied, start);
      copied = end;
    }
  }
  return text + dockerfile.slice(copied);
}
