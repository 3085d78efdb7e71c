import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";

import { backendPaths } from "../../../engine/core/backend.ts";
import { today } from "../../lib/today.ts";
import type { CommandContext } from "../context.ts";
import { stackRecordFile } from "../home/home.ts";
import { stackAddress } from "../state/deployment.ts";
import { type Fingerprint, fingerprintOf, type Inputs } from "./fingerprint.ts";

/** What the program reads, without the values: those are looked up whenever it is held against the present. */
export interface Sources extends Pick<Inputs, "folders" | "files"> {
  /** Names of variables that count, besides those that begin as ours, Docker's or Pulumi's do. */
  readonly variables: readonly string[];
}

/** What else counts, by name. */
type Facts = Inputs["facts"];

/** The inputs as they are now. */
export const fingerprintNow = (context: CommandContext, sources: Sources, facts: Facts = {}): Fingerprint =>
  fingerprintOf(inputsOf(context, sources, facts));

/** One line that changes with any input. */
export const digestOf = (context: CommandContext, sources: Sources, facts: Facts = {}): string =>
  fingerprintNow(context, sources, facts).digest;

const COUNTS = /^(?:NASIKO|DOCKER|PULUMI)_/;

function inputsOf(
  { environment, root, program, stack }: CommandContext,
  { folders, files, variables }: Sources,
  facts: Facts,
): Inputs {
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
      ...facts,
    },
  };
}

/** The state and what belongs to it, as one line; undefined while another run holds the stack. */
export function marksOf(context: Pick<CommandContext, "home" | "stack">): string | undefined {
  const { home, stack } = context;
  const { checkpoint, locks } = backendPaths(stackAddress(context));
  if (existsSync(locks) && readdirSync(locks).length > 0) return undefined;
  const hash = createHash("sha256");
  for (const file of [checkpoint, home.passphraseFile, stackRecordFile(home, stack)])
    hash.update("\0").update(existsSync(file) ? readFileSync(file) : "missing");
  return hash.digest("hex");
}

/** Times of files have grains, in milliseconds: a change as near to the start as this may have come after it. */
const GRAIN = 20;

/** Whether everything was written before a run began, as far as the times of files can tell. */
export const isOlderThan = ({ changedAt }: Fingerprint, startedAt: number): boolean =>
  changedAt <= startedAt - GRAIN;
