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

const isTerminal = (): boolean => process.stdin.isTTY && process.stderr.isTTY;
