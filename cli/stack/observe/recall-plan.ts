import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import type { CommandContext } from "../context.ts";
import { stackRecordFile } from "../home/home.ts";
import { digestOf, fingerprintNow, isOlderThan, marksOf, type Sources } from "../inputs/digest.ts";
import type { KnownStack } from "./planned-stack.ts";

/** Of the record's form: an older one is as good as none. */
const VERSION = 3;

/** What was found out once, for as long as every input and the state are as they were. */
interface PlanRecord {
  readonly version: number;
  readonly sources: Sources;
  /** Of the inputs. */
  readonly digest: string;
  /** Of the state and of what was decided for the stack. */
  readonly marks: string;
  readonly known: KnownStack;
}

const fileOf = ({ home, stack }: Pick<CommandContext, "home" | "stack">): string =>
  stackRecordFile(home, `${stack}.plan`);

/**
 * What the stack shall have, from the record of an earlier look where no input and nothing in the state has changed:
 * settings, services, agents and images need not be read for it.
 * @throws what building the blueprint throws
 */
export async function knownStack(context: CommandContext): Promise<KnownStack> {
  return recallStack(context) ?? (await findOut(context));
}

/**
 * The same from the record alone.
 * @returns undefined when anything changed, when there is no record, and at every doubt
 */
export function recallStack(context: CommandContext): KnownStack | undefined {
  try {
    // Written by us alone, and whatever does not fit ends in the catch below.
    const record = JSON.parse(readFileSync(fileOf(context), "utf8")) as PlanRecord;
    const isSame =
      record.version === VERSION &&
      record.marks === marksOf(context) &&
      record.digest === digestOf(context, record.sources);
    return isSame ? record.known : undefined;
  } catch {
    return undefined;
  }
}

/** Builds the blueprint and reads the state, and keeps what it found for the next time. */
async function findOut(context: CommandContext): Promise<KnownStack> {
  // Loaded here: who recalls needs none of it.
  const { lateFolders, sourcesOf } = await import("../inputs/sources.ts");
  const { buildKnownStack } = await import("./build-plan.ts");
  const sources = sourcesOf(context);
  const startedAt = Date.now();
  const [marks, before] = [marksOf(context), digestOf(context, sources)];
  const { known, blueprint, variables } = await buildKnownStack(context);
  const late = lateFolders(context, blueprint).map((path) => ({ path }));
  const named = { ...sources, variables: [...sources.variables, ...variables] };
  const whole = { ...named, folders: [...sources.folders, ...late] };
  const fingerprint = fingerprintNow(context, whole);
  const isSettled =
    digestOf(context, sources) === before &&
    isOlderThan(fingerprint, startedAt) &&
    marks === marksOf(context);
  if (isSettled && marks !== undefined)
    keep(context, { version: VERSION, sources: whole, digest: fingerprint.digest, marks, known });
  return known;
}

/** Puts the record in place whole or not at all; where that cannot be, the next look builds the blueprint again. */
function keep(context: CommandContext, record: PlanRecord): void {
  // Who only looks makes no home.
  if (!existsSync(context.home.folder)) return;
  const file = fileOf(context);
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.${process.pid}`, JSON.stringify(record), { mode: 0o600 });
    renameSync(`${file}.${process.pid}`, file);
  } catch {
    // A home that may only be read, or a full disk: whoever looks is told about the stack nevertheless.
  }
}

/** For a stack that goes. */
export const forgetPlan = (context: Pick<CommandContext, "home" | "stack">): void =>
  rmSync(fileOf(context), { force: true });
