import { stripVTControlCharacters } from "node:util";

/** How many of the builder's lines an error shows. */
const KEPT_LINES = 20;

/** Follows what a builder says, one JSON message at a time. */
export interface BuildOutput {
  /** Takes a message in; returns the lines of it that are worth showing as progress. */
  accept(message: unknown): readonly string[];
  /** The step that is being built, e.g. "Step 3/7 : RUN npm ci", or "[3/7] RUN npm ci" of BuildKit. */
  step(): string | undefined;
  /** Last lines, the failure's own included. */
  log(): readonly string[];
  /** What the builder gave up with. */
  error(): string | undefined;
}

export function createBuildOutput(): BuildOutput {
  let step: string | undefined;
  let error: string | undefined;
  let log: readonly string[] = [];
  // The builder sends what a command wrote as it came, so a message may end, or be coloured, in the middle of a line.
  let begun = "";
  return {
    accept: (message) => {
      const failure = textOf(message, "error");
      if (failure !== undefined) error = failure.trim();
      const status = textOf(message, "status");
      const pieces = (begun + (textOf(message, "stream") ?? "")).split("\n");
      begun = pieces.pop() ?? "";
      const lines = shown([...pieces, ...(status === undefined ? [] : [status])]);
      log = [...log, ...lines].slice(-KEPT_LINES);
      const steps = lines.filter((line) => STEP.test(line));
      step = steps.at(-1) ?? step;
      return steps;
    },
    step: () => step,
    log: () => [...log, ...shown([begun])].slice(-KEPT_LINES),
    error: () => error,
  };
}

/** "[2/5] RUN …" and "[build 2/5] RUN …" are BuildKit's, whose other steps are its own business. */
const STEP = /^(?:Step \d+\/\d+ : |\[(?:\S+ )?\d+\/\d+\] )/;

/** Lines as plain text, without those that say nothing. */
function shown(lines: readonly string[]): readonly string[] {
  return lines
    .map((line) => stripVTControlCharacters(line).replace(/\r$/, ""))
    .filter((line) => line.trim() !== "");
}

function textOf(message: unknown, name: string): string | undefined {
  if (typeof message !== "object" || message === null) return undefined;
  const value: unknown = Reflect.get(message, name);
  return typeof value === "string" ? value : undefined;
}

/** Splits a stream of JSON messages, one a line, and hands them on as they come. */
export async function eachMessage(
  stream: AsyncIterable<Buffer | string>,
  take: (message: unknown) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const part of stream) {
    rest += typeof part === "string" ? part : decoder.decode(part, { stream: true });
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") take(JSON.parse(line));
  }
  if (rest.trim() !== "") take(JSON.parse(rest));
}
