import { isAttended, type Terminal } from "./terminal.ts";

/** Asks on a terminal; without one nobody can answer, so the answer is no. */
export async function confirm(terminal: Terminal, question: string): Promise<boolean> {
  if (!isAttended(terminal)) return false;
  const prompts = await import("@clack/prompts");
  const answer = await prompts.confirm({ message: question, initialValue: false, ...endsOf(terminal) });
  return answer === true;
}

/** Has a name typed on a terminal, letter by letter; any other answer, and no terminal, is a no. */
export async function confirmByName(terminal: Terminal, question: string, name: string): Promise<boolean> {
  return (await askText(terminal, question, name)) === name;
}

/** Has something typed on a terminal. @returns undefined when nobody answered, or there is no terminal */
export async function askText(
  terminal: Terminal,
  question: string,
  placeholder: string,
): Promise<string | undefined> {
  if (!isAttended(terminal)) return undefined;
  const prompts = await import("@clack/prompts");
  const answer = await prompts.text({ message: question, placeholder, ...endsOf(terminal) });
  return typeof answer === "string" ? answer : undefined;
}

/** Has something typed that the screen does not show. @returns undefined when nobody answered, or there is no terminal */
export async function askSecret(terminal: Terminal, question: string): Promise<string | undefined> {
  if (!isAttended(terminal)) return undefined;
  const prompts = await import("@clack/prompts");
  const answer = await prompts.password({ message: question, ...endsOf(terminal) });
  return typeof answer === "string" ? answer : undefined;
}

/** Questions go where progress goes: stdout is for results. */
const endsOf = ({
  stdin,
  stderr,
}: Terminal): { readonly input: Terminal["stdin"]; readonly output: Terminal["stderr"] } => ({
  input: stdin,
  output: stderr,
});
