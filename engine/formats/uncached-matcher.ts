import dockerignore from "@balena/dockerignore";

/** The version of `@balena/dockerignore` whose internals this file was checked with; a unit test compares it. */
export const CHECKED_DOCKERIGNORE = "1.0.2";

/**
 * Asks the library whether a path is left in by these rules, without its cache: each path is asked for once, and the
 * cache is a plain object, in which "constructor" would seem to be known already. The library's public functions all
 * go through the cache; `_test` is what they call for a path that is not in it.
 */
export function uncachedMatcher(rules: readonly string[]): (path: string) => boolean {
  // The typings declare an ES default export; what the CommonJS module exports is a function with that property.
  const matcher = dockerignore.default({ ignorecase: false }).add([...rules]);
  // The typings leave out what is internal.
  const { _test: wanted } = matcher as unknown as { readonly _test: (path: string) => boolean };
  return (path) => wanted.call(matcher, path);
}
