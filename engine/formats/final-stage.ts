import { parseInstructions, type Instruction } from "./dockerfile.ts";
import { declareVariables, fillIn } from "./dockerfile-variables.ts";

/** What a Dockerfile says about the containers of its image. */
export interface FinalStage {
  /** The image from outside that it stands on; empty when it cannot be told. @example "python:3.13" */
  readonly base: string;
  /** TCP ports of its EXPOSE lines, each once. */
  readonly exposed: readonly number[];
  /** Its variables; a value that cannot be told is left out. */
  readonly env: ReadonlyMap<string, string>;
  /** Words of ENTRYPOINT and CMD in the order in which they are run, e.g. "python main.py --port 8000". */
  readonly command: string;
}

interface Stage {
  readonly name: string | undefined;
  readonly base: string;
  readonly instructions: Instruction[];
}

/**
 * Reads what counts for containers: of the stage that is built last, and of the file's own stages that it is based
 * on. What an image from outside says is not known.
 * @param target name of the stage to build. @default the last
 */
export function readFinalStage(dockerfile: string, target?: string): FinalStage {
  const globals = new Map<string, string>();
  const { base, lines } = contentOf(stagesOf(dockerfile, globals), target?.toLowerCase());
  const variables = new Map<string, string>();
  const exposed = new Set<number>();
  const env = new Map<string, string>();
  let entrypoint: readonly string[] = [];
  let command: readonly string[] = [];
  for (const instruction of lines) {
    const { keyword, words } = instruction;
    const texts = words.map(({ text }) => text);
    if (keyword === "ARG") {
      // Without a value of its own it takes that of the argument before the first stage.
      for (const name of texts) {
        const given = globals.get(name);
        if (given !== undefined) variables.set(name, given);
      }
      declareVariables(instruction, variables);
    }
    if (keyword === "ENV") {
      // Both forms: `ENV NAME=value …` and, in older files, `ENV NAME value`.
      const named = texts[0]?.includes("=") === true ? words : [{ ...words[0], text: texts.join("=") }];
      const declared = new Map<string, string>();
      declareVariables({ words: named.map((word) => ({ start: 0, end: 0, ...word })) }, declared);
      for (const [name, value] of declared) {
        const filled = fillIn(value, variables);
        env.set(name, filled);
        variables.set(name, filled);
      }
    }
    if (keyword === "EXPOSE")
      for (const text of texts) for (const port of portsOf(fillIn(text, variables))) exposed.add(port);
    if (keyword === "ENTRYPOINT") [entrypoint, command] = [texts, []];
    if (keyword === "CMD") command = texts;
  }
  const words = [...entrypoint, ...command].map((word) =>
    fillIn(word.replace(/^\[|(?<![\],])[\],]+$/g, ""), variables),
  );
  return {
    base: fillIn(base, globals),
    exposed: [...exposed],
    env,
    command: words.map((word) => word.replace(/^"(.*)"$/, "$1")).join(" "),
  };
}

/** @param globals is told the arguments before the first stage */
function stagesOf(dockerfile: string, globals: Map<string, string>): readonly Stage[] {
  const stages: Stage[] = [];
  for (const instruction of parseInstructions(dockerfile)) {
    const { keyword, words } = instruction;
    if (keyword === "FROM") {
      const [base, , name] = words.map(({ text }) => text).filter((text) => !text.startsWith("--"));
      stages.push({ name: name?.toLowerCase(), base: base ?? "", instructions: [] });
    } else if (stages.length === 0 && keyword === "ARG") declareVariables(instruction, globals);
    else stages.at(-1)?.instructions.push(instruction);
  }
  return stages;
}

/** Lines of a stage, those of the stages that it is based on first, and what the first of them is based on. */
function contentOf(
  stages: readonly Stage[],
  target: string | undefined,
): { readonly base: string; readonly lines: readonly Instruction[] } {
  const at =
    target === undefined
      ? stages.length - 1
      : stages.findLastIndex(({ name }, index) => name === target || String(index) === target);
  const stage = stages[at];
  if (stage === undefined) return { base: "", lines: [] };
  const before = stages.slice(0, at);
  if (!before.some(({ name }) => name !== undefined && name === stage.base.toLowerCase()))
    return { base: stage.base, lines: stage.instructions };
  const below = contentOf(before, stage.base.toLowerCase());
  return { base: below.base, lines: [...below.lines, ...stage.instructions] };
}

/** @example portsOf("8000-8001/tcp") // [8000, 8001] */
function portsOf(text: string): readonly number[] {
  const [, first, last] = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/tcp)?$/i.exec(text) ?? [];
  if (first === undefined) return [];
  const from = Number(first);
  const to = Math.min(Number(last ?? first), from + 100);
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index).filter(isPort);
}

const isPort = (port: number): boolean => port >= 1 && port <= 65535;
