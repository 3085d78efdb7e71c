import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";

import { backendPaths } from "../../../../engine/core/backend.ts";
import type { PlannedUrl } from "../../../../platform/blueprint/blueprint.ts";
import { today } from "../../../lib/today.ts";
import type { CommandContext } from "../../../stack/context.ts";
import { stackRecordFile } from "../../../stack/home/home.ts";
import { stackAddress } from "../../../stack/state/deployment.ts";
import type { Credential } from "../credentials.ts";
import type { Substitutes } from "../substitutes.ts";
import { fingerprintOf, type Inputs } from "./fingerprint.ts";
import { isWhole, type Standing, type StandingRequest, standingOf, standsAsBefore } from "./standing.ts";

/** What the program reads, without the values: those are looked up whenever it is held against the present. */
export interface Sources extends Pick<Inputs, "folders" | "files"> {
  /** Names of variables that count, besides those that begin as ours, Docker's or Pulumi's do. */
  readonly variables: readonly string[];
}

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
  /** Of the inputs, see {@link inputsOf}. */
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
    if (last.digest !== digestOf(context, last.sources)) return undefined;
    if (last.room !== undefined && freeIn(last.room.folder) < last.room.megabytes) return undefined;
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

/** Times of files have grains, in milliseconds: a change as near to the start as this may have come after it. */
const GRAIN = 20;

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
  const { context, sources, named, late, before, startedAt, look, recorded, room, told } = request;
  if (digestOf(context, sources) !== before) return undefined;
  const whole = { ...named, folders: [...sources.folders, ...late.map((path) => ({ path }))] };
  const { digest, changedAt } = fingerprintOf(inputsOf(context, whole));
  const standing = afterReadiness(await standingOf(context.docker, look));
  const ids = [
    ...standing.containers.map(({ id }) => id),
    ...Object.keys(standing.networks),
    ...standing.volumes,
  ];
  const isComplete = ids.length === recorded.size && ids.every((id) => recorded.has(id));
  const marks = marksOf(context);
  if (changedAt > startedAt - GRAIN || !isWhole(standing) || !isComplete || marks === undefined)
    return undefined;
  return {
    version: VERSION,
    sources: whole,
    digest,
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

/** One line that changes with any input. */
export const digestOf = (context: CommandContext, sources: Sources): string =>
  fingerprintOf(inputsOf(context, sources)).digest;

const COUNTS = /^(?:NASIKO|DOCKER|PULUMI)_/;

function inputsOf(context: CommandContext, { folders, files, variables }: Sources): Inputs {
  const { environment, root, program, stack, output } = context;
  const prefixed = Object.keys(environment).filter((name) => COUNTS.test(name));
  return {
    folders,
    files,
    variables: Object.fromEntries([...variables, ...prefixed].map((name) => [name, environment[name]])),
    facts: {
      root,
      program,
      stack,
      // Waivers of policies end with a day.
      day: today(),
      node: process.version,
      colors: String(output.colors.isColorSupported),
    },
  };
}

/** The state and what belongs to it; undefined while another run holds the stack. */
function marksOf(context: CommandContext): string | undefined {
  const { home, stack } = context;
  const { checkpoint, locks } = backendPaths(stackAddress(context));
  if (existsSync(locks) && readdirSync(locks).length > 0) return undefined;
  const hash = createHash("sha256").update(readFileSync(checkpoint));
  for (const file of [home.passphraseFile, stackRecordFile(home, stack)])
    hash.update("\0").update(existsSync(file) ? readFileSync(file) : "missing");
  return hash.digest("hex");
}

function freeIn(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return Math.floor((bavail * bsize) / 1e6);
}
