import dockerignore from "@balena/dockerignore";
import { budgetOf, ignorePattern } from "./ignore-pattern.ts";

/** The version of `@balena/dockerignore` whose internals this file was checked with; a unit test compares it. */
export const CHECKED_DOCKERIGNORE = "1.0.2";

interface Internals {
  readonly _test: (path: string) => boolean;
  readonly _rules: readonly {
    readonly pattern: string;
    regexp?: { readonly test: (path: string) => boolean };
  }[];
}

/**
 * Asks the library whether a path is left in by these rules, with two things of its own exchanged. Without its cache:
 * each path is asked for once, and the cache is a plain object, in which "constructor" would seem to be known already.
 * And without its regular expressions, in which one line of a file from outside could take longer than anybody waits.
 * The library's public functions all go through the cache; `_test` is what they call for a path that is not in it.
 */
export function uncachedMatcher(
  rules: readonly string[],
  budget = budgetOf(Infinity),
): (path: string) => boolean {
  // The typings declare an ES default export; what the CommonJS module exports is a function with that property.
  const matcher = dockerignore.default({ ignorecase: false }).add([...rules]);
  // The typings leave out what is internal.
  const { _test: wanted, _rules: compiled } = matcher as unknown as Internals;
  for (const rule of compiled) rule.regexp = { test: ignorePattern(rule.pattern, budget) };
  return (path) => wanted.call(matcher, path);
}
