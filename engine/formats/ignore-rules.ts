import { budgetOf } from "./ignore-pattern.ts";
import { uncachedMatcher } from "./uncached-matcher.ts";

/** The rules of a .dockerignore file, asked with paths relative to the context ("/" on every system). */
export interface IgnoreRules {
  readonly ignores: (path: string) => boolean;
  /** Whether a `!` rule could bring back something below this ignored directory; if not, nobody need enter it. */
  readonly mayHoldIncluded: (directory: string) => boolean;
}

/**
 * Reads a .dockerignore file with Docker's semantics: rules are anchored at the context, the last match wins, a
 * matched directory takes what is below it along.
 * @param steps of matching, over all paths, after which asking throws IgnoreRulesTooCostly; @default no limit
 */
export function parseIgnoreRules(content: string, steps = Infinity): IgnoreRules {
  const lines = content.replace(/^\uFEFF/, "").split(/\r?\n/);
  const isWanted = uncachedMatcher(lines, budgetOf(steps));
  const exceptions = lines.filter((line) => /^\s*!/.test(line)).map(exceptionSegments);
  return {
    ignores: (path) => !isWanted(path),
    mayHoldIncluded: (directory) => {
      const segments = directory.split("/");
      return exceptions.some((exception) => couldMatchBelow(exception, segments));
    },
  };
}

/** Nothing is ignored. */
export const NO_IGNORE_RULES: IgnoreRules = { ignores: () => false, mayHoldIncluded: () => true };

function exceptionSegments(line: string): readonly string[] {
  return line
    .trim()
    .slice(1)
    .trim()
    .split("/")
    .filter((segment) => segment !== "" && segment !== ".");
}

/** Compares segment by segment; whatever holds a wildcard could match. */
function couldMatchBelow(pattern: readonly string[], directory: readonly string[]): boolean {
  for (const [index, name] of directory.entries()) {
    const segment = pattern[index];
    if (segment === undefined) return false;
    if (segment.includes("**")) return true;
    if (!/[*?[\\]/.test(segment) && segment !== name) return false;
  }
  return pattern.length > directory.length;
}
