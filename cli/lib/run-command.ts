import { spawn } from "node:child_process";

export interface CommandOutcome {
  readonly exitCode: number;
  /** stdout and stderr as they came. */
  readonly output: string;
}

/** Runs a program to its end; each line of its output is handed on as it comes. */
export async function runCommand(
  program: string,
  args: readonly string[],
  onLine: (line: string) => void = () => undefined,
): Promise<CommandOutcome> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  const chunks: string[] = [];
  const collect = (chunk: Buffer): void => {
    const text = chunk.toString();
    chunks.push(text);
    for (const line of text.split("\n")) if (line.trim() !== "") onLine(line);
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.on("error", reject).on("close", (code) => resolve(code ?? 1));
  });
  return { exitCode, output: chunks.join("") };
}
