import { closeSync, fstatSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";

import { z } from "zod";

import { jsonProblem } from "../../engine/formats/json-limits.ts";
import type { Setting } from "../settings/define-setting.ts";
import { SETTINGS } from "../settings/settings.ts";
import type { Blueprint } from "./blueprint.ts";
import { blueprintFileUnusable } from "./errors.ts";

/**
 * A blueprint that was built already, on its way into the program: plain JSON in a file that only its owner reads. What
 * nobody may see is not in the file but in the program's environment, and the file says where it belongs.
 */

/** Variables by which the program is told. Nothing else sets them. */
export const BLUEPRINT_FILE = "NASIKO_BLUEPRINT_FILE";
export const BLUEPRINT_SECRETS = "NASIKO_BLUEPRINT_SECRETS";

const FORMAT = "nasiko-blueprint";
/** Counts up whenever a reader of before would misread the blueprint. */
const VERSION = 1;

/** Bytes, and what they may become: a blueprint of a thousand agents has less. */
const LARGEST_FILE = 64 * 1024 * 1024;
const LIMITS = { values: 2_000_000, depth: 100 };

/** A blueprint that lies ready. */
export interface HandedOver {
  /** To be set for the program, and for nothing else. */
  readonly environment: Readonly<Record<string, string>>;
  /** Removes the file; also after a run that failed. */
  readonly remove: () => void;
}

/**
 * Lays a blueprint ready for the program.
 * @param file absolute path of a file that does not exist yet; it gets mode 0600
 */
export function handOver(blueprint: Blueprint, file: string): HandedOver {
  const { text, secrets } = writeBlueprint(blueprint);
  writeFileSync(file, text, { mode: 0o600, flag: "wx" });
  return {
    environment: { [BLUEPRINT_FILE]: file, [BLUEPRINT_SECRETS]: JSON.stringify(secrets) },
    remove: () => rmSync(file, { force: true }),
  };
}

/**
 * The blueprint that the environment names.
 * @returns undefined when it names none: then the program builds its own
 * @throws NSK-BLUEPRINT-FILE-UNUSABLE
 */
export function handedOver(environment: Readonly<Record<string, string | undefined>>): Blueprint | undefined {
  const file = environment[BLUEPRINT_FILE];
  if (file === undefined || file === "") return undefined;
  try {
    return readBlueprint(readPrivate(file), JSON.parse(environment[BLUEPRINT_SECRETS] ?? "[]"));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw blueprintFileUnusable({ file, reason }, error);
  }
}

/** @throws Error unless its owner, who is running this, is the only one who can read and write it */
function readPrivate(file: string): string {
  const descriptor = openSync(file, "r");
  try {
    const { mode, uid, size } = fstatSync(descriptor);
    if ((mode & 0o077) !== 0 || uid !== process.getuid?.())
      throw new Error("others than its owner could read or write it");
    if (size > LARGEST_FILE) throw new Error(`it is larger than ${LARGEST_FILE / 1024 / 1024} MiB`);
    const text = readFileSync(descriptor, "utf8");
    const problem = jsonProblem(text, LIMITS);
    if (problem !== undefined) throw new Error(problem);
    return text;
  } finally {
    closeSync(descriptor);
  }
}

/** A blueprint as text, and what the text only refers to. */
interface WrittenBlueprint {
  readonly text: string;
  readonly secrets: readonly unknown[];
}

/** Stands for a value that is not in the file. */
const Reference = z.strictObject({ $secret: z.int().nonnegative() });

function writeBlueprint(blueprint: Blueprint): WrittenBlueprint {
  const secrets: unknown[] = [];
  const refer = (value: unknown): z.output<typeof Reference> => ({ $secret: secrets.push(value) - 1 });
  const settings: Readonly<Record<string, unknown>> = Object.fromEntries(
    Object.entries<unknown>(blueprint.settings).map(([name, value]) => [
      name,
      isSecret(name) && value !== undefined ? refer(value) : value,
    ]),
  );
  const hide = (_key: string, value: unknown): unknown => {
    if (!isRecord(value)) return value;
    if (value["kind"] === "sensitive") return { ...value, value: refer(value["value"]) };
    if (value["kind"] === "secret" && "chosen" in value) return { ...value, chosen: refer(value["chosen"]) };
    return value;
  };
  const content = { ...blueprint, settings };
  return { text: JSON.stringify({ format: FORMAT, version: VERSION, blueprint: content }, hide), secrets };
}

/**
 * The other way round.
 * @throws z.ZodError, SyntaxError or Error when this is no blueprint of this version
 */
function readBlueprint(text: string, secrets: unknown): Blueprint {
  const values = z.array(z.unknown()).parse(secrets);
  const reveal = (_key: string, value: unknown): unknown => {
    const reference = Reference.safeParse(value);
    if (!reference.success) return value;
    const index = reference.data.$secret;
    if (index >= values.length) throw new Error(`secret ${index} was not handed over`);
    return values[index];
  };
  const { blueprint } = Envelope.parse(JSON.parse(text, reveal));
  // Written by writeBlueprint() of this version from a Blueprint, which the envelope has just made certain.
  return blueprint as unknown as Blueprint;
}

const Named = z.looseObject({ name: z.string() });

/** As much of the shape as tells a blueprint from anything else. */
const Envelope = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  blueprint: z.looseObject({
    settings: z.looseObject({ stack: z.string(), running: z.boolean(), authMode: z.string() }),
    networks: z.array(Named),
    volumes: z.array(Named),
    secrets: z.array(z.string()),
    images: z.array(Named),
    layers: z.array(z.looseObject({ name: z.string(), services: z.array(Named) })),
    agents: z.array(Named),
    urls: z.array(z.looseObject({ label: z.string(), url: z.string() })),
    memoryMegabytes: z.number(),
  }),
});

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isSecret = (name: string): boolean =>
  Object.entries<Setting<unknown>>(SETTINGS).some(([known, { secret }]) => known === name && secret === true);
