/** What programs say about their variables that need no library of schemas for them. */

/** What is wrong with the port in a variable; empty: nothing. */
export const portProblem = (variable: string, port: number): string =>
  Number.isInteger(port) && port >= 0 && port <= 65_535 ? "" : `${variable} must be a number from 0 to 65535`;

/** @param problems empty ones are none @throws Error that names all of them */
export function throwProblems(problems: readonly string[]): void {
  const real = problems.filter((problem) => problem !== "");
  if (real.length > 0) throw new Error(real.join("; "));
}
