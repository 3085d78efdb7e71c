import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { COMPOSE_FILES, firstOf } from "../../../engine/formats/agent-files.ts";
import { containerPorts } from "../../../engine/formats/compose/container-ports.ts";
import { interpolate, type VariableLookup } from "../../../engine/formats/compose/interpolate.ts";
import { shellWords } from "../../../engine/formats/compose/shell-words.ts";
import { parseBoundedYaml } from "../../../engine/formats/yaml-limits.ts";
import { readOptional } from "./context.ts";
import { PermanentFailure } from "./failure.ts";

/** Of an upload's compose file what an upload may say of its container: the rest is the platform's business. */
export interface AgentCompose {
  /** Its name. */
  readonly file: string;
  /** In the container. */
  readonly ports: readonly number[];
  /** As written, with variables still to be filled in. @default that of the image */
  readonly command: readonly string[] | undefined;
  /** As written; undefined for a variable that only is to be handed on. */
  readonly environment: ReadonlyMap<string, string | undefined>;
}

/** Bytes. */
const LARGEST_FILE = 64 * 1024;

const Scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const Environment = z.union([
  z.record(z.string(), Scalar.nullable()).transform((map) => Object.entries(map)),
  z
    .array(z.string())
    .transform((list) =>
      list.map((entry): readonly [string, string | null] =>
        entry.includes("=")
          ? [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]
          : [entry, null],
      ),
    ),
]);
const Service = z.looseObject({
  ports: z.array(z.unknown()).catch([]),
  expose: z.array(z.unknown()).catch([]),
  command: z.union([z.string().transform(shellWords), z.array(Scalar)]).nullish(),
  environment: Environment.nullish(),
});
const Compose = z.object({ services: z.record(z.string(), z.unknown()) });

/**
 * Reads the first service of the folder's compose file.
 * @returns undefined without one; the backend has refused what is no YAML with services
 * @throws PermanentFailure for a command or variables in a form that Docker Compose does not know either
 */
export async function readCompose(folder: string): Promise<AgentCompose | undefined> {
  const file = firstOf(COMPOSE_FILES, await readdir(folder));
  const text = file === undefined ? undefined : await readOptional(join(folder, file), LARGEST_FILE);
  const [given] = text === undefined ? [] : Object.values(servicesOf(text));
  if (file === undefined || given === undefined || given === null) return undefined;
  const { success, data, error } = Service.safeParse(given);
  if (!success) {
    const [key] = error.issues[0]?.path ?? [];
    throw new PermanentFailure(`${file}: ${String(key)} is not in a form that Docker Compose knows`);
  }
  const { ports, expose, command, environment } = data;
  return {
    file,
    ports: [...ports, ...expose].flatMap(containerPorts),
    command: command ?? undefined,
    environment: new Map((environment ?? []).map(([name, value]) => [name, value ?? undefined])),
  };
}

function servicesOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return Compose.safeParse(parseBoundedYaml(text)).data?.services ?? {};
  } catch {
    return {};
  }
}

/**
 * Fills in variables as Docker Compose does; one without a value and without a default leaves nothing.
 * @throws PermanentFailure for what Compose does not understand, and for a variable that the file insists on
 */
export function filledIn(text: string, file: string, lookup: VariableLookup): string {
  try {
    const { value, demanded } = interpolate(text, lookup);
    if (demanded.length > 0)
      throw new PermanentFailure(`${file}: ${demanded.join(", ")} has to have a value`);
    return value;
  } catch (error) {
    if (error instanceof SyntaxError) throw new PermanentFailure(`${file}: ${error.message}`);
    throw error;
  }
}
