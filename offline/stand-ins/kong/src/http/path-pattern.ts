/** What a pattern matched: the whole, split into what it named and the rest. */
export interface PatternMatch {
  readonly prefix: string;
  readonly postfix: string;
}

/**
 * Compiles a regular expression of a route. It is anchored at the start only, as in Kong.
 * Kong takes PCRE; what JavaScript cannot express is refused, never approximated.
 * @returns the matcher, or why it cannot be compiled
 */
export function compilePathPattern(source: string): ((path: string) => PatternMatch | undefined) | string {
  let pattern: RegExp;
  try {
    pattern = new RegExp(`^(?:${source})`);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return (path) => {
    const [prefix] = pattern.exec(path) ?? [];
    return prefix === undefined ? undefined : { prefix, postfix: path.slice(prefix.length) };
  };
}
