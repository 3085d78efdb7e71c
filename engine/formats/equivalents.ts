import { familiarName, parseReference } from "./image-reference.ts";
import { parseInstructions } from "./dockerfile.ts";

/** An image that can be had in the place of public ones. */
export interface Equivalent {
  /** On Docker Hub, without "library/". */
  readonly repository: string;
  /** Regular expression of the tags that ask for it or for less. */
  readonly tags: string;
  /**
   * What is in it, as far as versions count: a tag that asks for more is not served by it.
   * @default any that the expression lets pass
   * @example "3.13", which counts for "3.13.7-slim" as well
   */
  readonly version?: string | undefined;
}

/** Letters that a tag may have. */
const LONGEST_TAG = 128;

/**
 * Whether it can stand for a public image: in no case with a lower version than the tag asks for.
 * @param reference as in a FROM line, e.g. "node:24-slim" or "docker.io/library/node:24@sha256:…"
 */
export function standsFor({ repository, tags, version }: Equivalent, reference: string): boolean {
  const { repository: asked, tag = "latest" } = parseReference(reference);
  // The expression is our own; what it is asked about is short.
  if (familiarName(asked) !== repository || tag.length > LONGEST_TAG || !new RegExp(tags).test(tag))
    return false;
  return version === undefined || !isLower(version, versionOf(tag) ?? "");
}

/** Version that a reference's tag asks for, e.g. "3.12.4" of "python:3.12.4-slim"; undefined where it names none. */
export const versionAsked = (reference: string): string | undefined =>
  versionOf(parseReference(reference).tag ?? "");

const versionOf = (tag: string): string | undefined => /^\d+(?:\.\d+)*/.exec(tag)?.[0];

/** By as many numbers as the first has; what the second does not say, it does not ask for. */
function isLower(version: string, than: string): boolean {
  const asked = than === "" ? [] : than.split(".").map(Number);
  for (const [index, number] of version.split(".").map(Number).entries()) {
    const wanted = asked[index] ?? 0;
    if (number !== wanted) return asked[index] !== undefined && number < wanted;
  }
  return false;
}

/** Whether a tag asks for Alpine Linux. */
export const isAlpine = (reference: string): boolean =>
  /(?:^|-)alpine/.test(parseReference(reference).tag ?? "");

/**
 * Says what stands for each image of a Dockerfile: the first that fits. In place of Alpine Linux nothing does where the
 * file runs its package manager, which Debian has not.
 */
export function equivalentsIn<Entry extends Equivalent>(
  dockerfile: string,
  entries: readonly Entry[],
): (reference: string) => Entry | undefined {
  return (reference) =>
    isAlpine(reference) && runsApk(dockerfile)
      ? undefined
      : entries.find((entry) => standsFor(entry, reference));
}

/** Whether a Dockerfile runs Alpine's package manager, which Debian has not. */
const runsApk = (dockerfile: string): boolean =>
  parseInstructions(dockerfile).some(
    ({ keyword, words }) =>
      keyword === "RUN" && words.some(({ text }) => /(?:^|[;&|("'\s/])apk(?:$|[\s"'])/.test(text)),
  );
