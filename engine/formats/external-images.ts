import { parseInstructions } from "./dockerfile.ts";
import type { Instruction, Word } from "./dockerfile.ts";
import { declareVariables, fillIn, unquote } from "./dockerfile-variables.ts";

/** An image from outside that a Dockerfile takes something from; `scratch` and the file's own stages are none. */
interface ExternalImage {
  /** With build arguments filled in, e.g. "node:24-slim". */
  readonly reference: string;
  readonly line: number;
  /** Where the mention stands in the file: [start, end). */
  readonly start: number;
  readonly end: number;
}

export interface ExternalImages {
  readonly images: readonly ExternalImage[];
  /** Number of FROM lines. */
  readonly stages: number;
  /** Lines whose image cannot be told, e.g. because an argument has no value. */
  readonly unresolved: readonly { readonly mention: string; readonly line: number }[];
}

/**
 * Finds the images in FROM, `COPY --from=` and `RUN --mount=…,from=`.
 * @param args build arguments; they win over the defaults of ARG lines before the first FROM
 */
export function findExternalImages(
  dockerfile: string,
  args: Readonly<Record<string, string>> = {},
): ExternalImages {
  const images: ExternalImage[] = [];
  const unresolved: { mention: string; line: number }[] = [];
  const variables = new Map<string, string>();
  const stages: (string | undefined)[] = [];

  const isStage = (name: string): boolean =>
    stages.includes(name.toLowerCase()) || (/^\d+$/.test(name) && Number(name) < stages.length);
  const mention = (word: Word, reference: string, line: number): void => {
    if (reference === "") unresolved.push({ mention: word.text, line });
    else images.push({ reference, line, start: word.start, end: word.end });
  };

  for (const instruction of parseInstructions(dockerfile)) {
    const { keyword, line } = instruction;
    if (keyword === "ARG" && stages.length === 0) declareVariables(instruction, variables, args);
    if (keyword === "FROM") {
      const [image, as, name] = instruction.words.filter((word) => !word.text.startsWith("--"));
      if (image !== undefined) {
        const reference = fillIn(unquote(image.text), variables);
        if (reference !== "scratch" && !stages.includes(reference.toLowerCase()))
          mention(image, reference, line);
      }
      stages.push(as?.text.toUpperCase() === "AS" ? name?.text.toLowerCase() : undefined);
    }
    // Docker fills in no variables here.
    for (const source of copySources(instruction))
      if (!isStage(source.text)) mention(source, source.text, line);
  }
  return { images, stages: stages.length, unresolved };
}

/**
 * Puts other images in the place of those that a Dockerfile takes something from; every other byte stays as it is.
 * @param images as {@link findExternalImages} found them in this text
 * @param replacement undefined for an image that stays as it was written
 */
export function replaceImages(
  dockerfile: string,
  images: readonly ExternalImage[],
  replacement: (reference: string) => string | undefined,
): string {
  let text = "";
  let copied = 0;
  for (const { reference, start, end } of images) {
    const other = replacement(reference);
    if (other === undefined) continue;
    text += dockerfile.slice(copied, start) + other;
    copied = end;
  }
  return text + dockerfile.slice(copied);
}

/** The `from` of COPY and ADD, and of RUN's mounts, cut out of its word. */
function copySources({ keyword, words }: Instruction): readonly Word[] {
  const pattern =
    keyword === "COPY" ? /^--from=()(.+)$/ : keyword === "RUN" ? /^--mount=(.*,)?from=([^,]+)/ : undefined;
  if (pattern === undefined) return [];
  return flags(words).flatMap((word) => {
    const match = pattern.exec(word.text);
    const source = match?.[2];
    if (source === undefined) return [];
    const start = word.start + word.text.indexOf("from=", match?.[1]?.length ?? 0) + "from=".length;
    return [{ text: source, start, end: start + source.length }];
  });
}

/** Flags come first; what follows the first other word is the command. */
function flags(words: readonly Word[]): readonly Word[] {
  const end = words.findIndex((word) => !word.text.startsWith("--"));
  return end === -1 ? words : words.slice(0, end);
}
