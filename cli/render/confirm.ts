/** Asks on a terminal; without one nobody can answer, so the answer is no. */
export async function confirm(question: string): Promise<boolean> {
  if (!isTerminal()) return false;
  const prompts = await import("@clack/prompts");
  const answer = await prompts.confirm({ message: question, initialValue: false, output: process.stderr });
  return answer === true;
}

/** Has a name typed on a terminal, letter by letter; any other answer, and no terminal, is a no. */
export async function confirmByName(question: string, name: string): Promise<boolean> {
  if (!isTerminal()) return false;
  const prompts = await import("@clack/prompts");
  const answer = await prompts.text({ message: question, placeholder: name, output: process.stderr });
  return answer === name;
}

/** Has something typed that the screen does not show. @returns undefined when nobody answered */
export async function askSecret(question: string): Promise<string | undefined> {
  const prompts = await import("@clack/prompts");
  const answer = await prompts.password({ message: question, output: process.stderr });
  return typeof answer === "string" ? answer : undefined;
}

const isTerminal = (): boolean => process.stdin.isTTY && process.stderr.isTTY;
