import { text } from "node:stream/consumers";
import { parseJson } from "../../../lib/json.ts";
import type { Engine } from "../engine.ts";
import { STACK_LABEL } from "../filters.ts";
import { containerFigures, type ContainerFigures } from "./container-figures.ts";
import { field, textAt } from "./json-fields.ts";

/** Containers that the engine is asked about at a time: it answers with its next look at all of them, a second apart. */
const AT_ONCE = 32;
/** Containers of a stack that are read; more of them would be more than Prometheus takes. */
const MOST_CONTAINERS = 500;
/** Milliseconds for one answer. */
const PATIENCE = 3000;

/** The oldest version of the API that gives one sample without waiting another second for the next. */
const API = "/v1.41";

/** Labels of containers that say what they are, by the label that figures get. */
const LABELS = { service: "nasiko.service", agent: "nasiko.agent" } as const;

/**
 * Reads the figures of the stack's running containers. One that vanishes meanwhile, or does not answer, is left out.
 * @throws when the engine does not list them
 */
export async function readContainers(
  engine: Engine,
  stack: string,
  signal: AbortSignal,
): Promise<readonly ContainerFigures[]> {
  const filters = JSON.stringify({ label: [`${STACK_LABEL}=${stack}`], status: ["running"] });
  const listed = await ask(engine, `/containers/json?filters=${encodeURIComponent(filters)}`, signal);
  if (!Array.isArray(listed)) throw new SyntaxError("the engine's list of containers is not a list");
  const waiting: unknown[] = listed.slice(0, MOST_CONTAINERS);
  const figures: ContainerFigures[] = [];
  const reader = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const read = await readContainer(engine, next, signal).catch(() => undefined);
      if (read !== undefined) figures.push(read);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, reader));
  return figures.toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
}

const nameOf = ({ labels }: ContainerFigures): string => labels["name"] ?? "";

async function readContainer(
  engine: Engine,
  entry: unknown,
  signal: AbortSignal,
): Promise<ContainerFigures | undefined> {
  const id = textAt(entry, "Id");
  if (id === undefined || !/^[0-9a-f]{64}$/.test(id)) return undefined;
  const [inspection, stats] = await Promise.all([
    ask(engine, `/containers/${id}/json`, signal),
    ask(engine, `/containers/${id}/stats?stream=false&one-shot=true`, signal),
  ]);
  return containerFigures(labelsOf(entry), inspection, stats);
}

function labelsOf(entry: unknown): ContainerFigures["labels"] {
  const names = field(entry, "Names");
  const first: unknown = Array.isArray(names) ? names[0] : undefined;
  const own = Object.entries(LABELS).flatMap(([name, label]): readonly (readonly [string, string])[] => {
    const value = textAt(entry, "Labels", label);
    return value === undefined ? [] : [[name, value]];
  });
  return { name: typeof first === "string" ? first.replace(/^\//, "") : "", ...Object.fromEntries(own) };
}

async function ask(engine: Engine, path: string, signal: AbortSignal): Promise<unknown> {
  const { status, body } = await engine.ask("GET", `${API}${path}`, { signal, patience: PATIENCE });
  const answer = await text(body);
  if (status !== 200) throw new Error(`the engine answers ${status}`);
  return parseJson(answer);
}
