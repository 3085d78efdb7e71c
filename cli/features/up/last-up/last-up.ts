import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { freeMegabytes } from "../../../engine-host/free-space.ts";
import type { PlannedUrl } from "../../../../platform/blueprint/blueprint.ts";
import type { CommandContext } from "../../../stack/context.ts";
import { stackRecordFile } from "../../../stack/home/home.ts";
import type { Credential } from "../credentials.ts";
import type { Substitutes } from "../substitutes.ts";
import {
  digestOf,
  fingerprintNow,
  isOlderThan,
  marksOf,
  type Sources,
} from "../../../stack/inputs/digest.ts";
import { isWhole, type Standing, type StandingRequest, standingOf, standsAsBefore } from "./standing.ts";

/** What an `up` that finds nothing to do tells. No secrets. */
export interface Told extends Substitutes {
  readonly notes: readonly string[];
  readonly urls: readonly PlannedUrl[];
  /** Things on the engine that it left as they were. */
  readonly unchanged: number;
  /** Logins without passwords. */
  readonly credentials: readonly Credential[];
}

/** Below so many free megabytes something has to be told, and the run has to look for itself. */
export interface Room {
  readonly folder: string;
  readonly megabytes: number;
}

/** Of the record's form: an older one is as good as none. */
const VERSION = 1;

/**
 * What an `up` that succeeded leaves for the next one: when every input is as it was, the state is the one that it
 * wrote, and everything on the engine stands as it stood, the program would declare the same, and need not run.
 */
interface LastUp {
  readonly version: number;
  readonly sources: Sources;
  /** Of the inputs. */
  readonly digest: string;
  /** Of the state and of what was decided for the stack, see {@link marksOf}. */
  readonly marks: string;
  readonly look: StandingRequest;
  readonly standing: Standing;
  readonly room?: Room;
  readonly told: Told;
}

const fileOf = ({ home, stack }: Pick<CommandContext, "home" | "stack">): string =>
  stackRecordFile(home, `${stack}.up`);

/**
 * What the next `up` has to tell when nothing at all has changed since the last one.
 * @returns undefined when anything has, when there was none, and at every doubt: then the program has to run
 */
export async function toldWhenUnchanged(context: CommandContext): Promise<Told | undefined> {
  try {
    // Written by us alone, and whatever does not fit ends in the catch below.
    const last = JSON.parse(readFileSync(fileOf(context), "utf8")) as LastUp;
    if (last.version !== VERSION || last.marks !== marksOf(context)) return undefined;
    if (last.digest !== digestOf(context, last.sources, coloursOf(context))) return undefined;
    if (last.room !== undefined && (freeMegabytes(last.room.folder) ?? 0) < last.room.megabytes)
      return undefined;
    const standing = await standingOf(context.docker, last.look);
    // Once more: another run may have begun since.
    const isSame = standsAsBefore(last.standing, standing) && last.marks === marksOf(context);
    return isSame ? last.told : undefined;
  } catch {
    // No record, a damaged one, an engine that does not answer: the run finds out, and says so.
    return undefined;
  }
}

/** What an `up` that succeeded knows. */
export interface LastUpRequest {
  readonly context: CommandContext;
  readonly sources: Sources;
  /** The same with the variables that only the blueprint names. */
  readonly named: Sources;
  /** Folders of agents, which nobody knows before the blueprint is built. */
  readonly late: readonly string[];
  /** Files that settings name, which nobody knows before the settings are. */
  readonly lateFiles: readonly string[];
  /** {@link digestOf} its sources when it began. */
  readonly before: string;
  /** When it began, in milliseconds since 1970. */
  readonly startedAt: number;
  readonly look: StandingRequest;
  /** Ids of everything that the state holds on the engine. */
  readonly recorded: ReadonlySet<string>;
  readonly room: Room | undefined;
  readonly told: Told;
}

/** Keeps what {@link toldWhenUnchanged} asks for, unless something changed while the run was under way. */
export async function keepLastUp(request: LastUpRequest): Promise<void> {
  forgetLastUp(request.context);
  try {
    const last = await lastUp(request);
    if (last !== undefined) writeLastUp(request.context, last);
  } catch {
    // The stack is up, whatever went wrong here; without a record the next `up` runs the program, and says so.
  }
}

async function lastUp(request: LastUpRequest): Promise<LastUp | undefined> {
  const { context, sources, named, late, lateFiles, before, startedAt, look, recorded, room, told } = request;
  if (digestOf(context, sources, coloursOf(context)) !== before) return undefined;
  const whole = {
    ...named,
    folders: [...sources.folders, ...late.map((path) => ({ path }))],
    files: [...sources.files, ...lateFiles],
  };
  const fingerprint = fingerprintNow(context, whole, coloursOf(context));
  const standing = afterReadiness(await standingOf(context.docker, look));
  const ids = [
    ...standing.containers.map(({ id }) => id),
    ...Object.keys(standing.networks),
    ...standing.volumes,
  ];
  const isComplete = ids.length === recorded.size && ids.every((id) => recorded.has(id));
  const marks = marksOf(context);
  const isSettled = isOlderThan(fingerprint, startedAt) && isWhole(standing) && isComplete;
  if (!isSettled || marks === undefined) return undefined;
  return {
    version: VERSION,
    sources: whole,
    digest: fingerprint.digest,
    marks,
    look,
    standing,
    ...(room !== undefined && { room }),
    told,
  };
}

/** Puts the record in place whole or not at all. */
function writeLastUp(context: CommandContext, last: LastUp): void {
  const file = fileOf(context);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(last), { mode: 0o600 });
  renameSync(`${file}.${process.pid}`, file);
}

/** For a stack that goes. */
export const forgetLastUp = (context: Pick<CommandContext, "home" | "stack">): void =>
  rmSync(fileOf(context), { force: true });

/** Docker calls new containers "starting" for a while; the run waited until each was ready. */
const afterReadiness = (standing: Standing): Standing => ({
  ...standing,
  containers: standing.containers.map((container) => ({
    ...container,
    state: container.state === "starting" ? "healthy" : container.state,
  })),
});

/** Notes are kept as they were printed. */
export const coloursOf = ({ output }: CommandContext): { readonly colors: string } => ({
  colors: String(output.colors.isColorSupported),
});
