import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { defineError } from "../../../platform/errors/define-error.ts";
import { ensureHome, type Home, stackRecordFile } from "./home.ts";

const StackRecord = z.object({
  publicImages: z.enum(["registry", "offline"]).optional(),
  /** Host ports that `--auto-ports` chose, by the setting's name, e.g. "portKong". */
  ports: z.record(z.string(), z.number()).optional(),
  /** Variables that chose the services of the last `up`, by their names; they hold for that run only. */
  selection: z.record(z.string(), z.string()).optional(),
  /** The socket of the engine that the stack runs on, on the engine's machine. */
  dockerSocket: z.string().optional(),
});

/**
 * What was decided when a stack was created. It is kept beside the state, not in the stack's config file: it is true
 * of this machine only, lives as long as the stack's data, and no `git checkout` may move a database to another
 * program.
 */
export type StackRecord = Readonly<z.output<typeof StackRecord>>;

const stackRecordInvalid = defineError("NSK-STACK-RECORD-INVALID", {
  exitCode: 36,
  sentence: ({ file }: { readonly file: string; readonly reason: string }) =>
    `${file}, which holds what was decided for this stack, cannot be used.`,
  detail: ({ reason }) => reason,
  suggestion: ({ file }) =>
    `rm ${file} && NASIKO_PUBLIC_IMAGES=offline ./nasiko local up   # or registry: as the stack was created`,
});

/** @throws NSK-STACK-RECORD-INVALID */
export function readStackRecord(home: Home, stack: string): StackRecord {
  const file = stackRecordFile(home, stack);
  try {
    return StackRecord.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw stackRecordInvalid({ file, reason }, error);
  }
}

/** Adds to the record; it is put in place whole or not at all. @throws NSK-STACK-RECORD-INVALID */
export function updateStackRecord(home: Home, stack: string, news: StackRecord): void {
  const record = { ...readStackRecord(home, stack), ...news };
  const file = stackRecordFile(home, stack);
  ensureHome(home);
  mkdirSync(join(home.folder, "stacks"), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(record)}\n`, { mode: 0o600 });
  renameSync(draft, file);
}

/** For a stack whose data is gone: the next one of that name is a new one. */
export function forgetStackRecord(home: Home, stack: string): void {
  rmSync(stackRecordFile(home, stack), { force: true });
}

/** The record as stack config with full keys; what the stack's config file says goes before it. */
export const recordedConfig = ({
  publicImages,
  ports = {},
  dockerSocket,
}: StackRecord): Readonly<Record<string, string>> => ({
  ...(publicImages === undefined ? {} : { "nasiko:publicImages": publicImages }),
  ...(dockerSocket === undefined ? {} : { "nasiko:dockerSocket": dockerSocket }),
  ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [`nasiko:${name}`, String(port)])),
});
