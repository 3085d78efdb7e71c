/**
 * Compiles a regular expression of a route's header. It is anchored nowhere, and sees the value in lower case, as in
 * Kong; what JavaScript cannot express is refused.
 * @returns the test, or why it cannot be compiled
 */
export function compileHeaderPattern(source: string): ((value: string) => boolean) | string {
  try {
    const pattern = new RegExp(source);
    return (value) => pattern.test(value.toLowerCase());
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
