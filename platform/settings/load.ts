import { existsSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

import { parse } from "dotenv";

import { throwProblems } from "../errors/define-error.ts";
import { settingsFileUnreadable, stackNameInvalid } from "./errors.ts";
import { type EnvSource, type ResolvedSettings, resolveSettings } from "./resolve.ts";
import { SETTINGS } from "./settings.ts";

/** Env files of the folder, first one wins; they count for the stack `local` only. */
export const ENV_FILES: readonly string[] = [".nasiko.env", ".nasiko-local.env", ".env"];

/** Bytes of an env file. */
const LARGEST_FILE = 256 * 1024;
/** Empty lines in a row: the library looks through all that follow, at each of them. */
const MOST_EMPTY_LINES = 1000;

function readEnvText(file: string): string {
  // A device has no end, and a named pipe no beginning.
  const status = statSync(file);
  if (!status.isFile()) throw new Error("it is no file");
  if (status.size > LARGEST_FILE) throw new Error(`it is larger than ${LARGEST_FILE / 1024} KiB`);
  const text = readFileSync(file, "utf8");
  let empty = 0;
  for (const line of text.split(/[\r\n]/)) {
    empty = line.trim() === "" ? empty + 1 : 0;
    if (empty > MOST_EMPTY_LINES)
      throw new Error(`it has more than ${MOST_EMPTY_LINES} empty lines in a row`);
  }
  return text;
}

export interface SettingsRequest {
  /** Folder of the env files: the checkout, or who uses an installed package has them in a folder of their own. */
  readonly root: string;
  readonly stack: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Full keys, e.g. "nasiko:portKong". */
  readonly stackConfig: Readonly<Record<string, string>>;
}

/**
 * Reads the env files and resolves the settings of a stack.
 * @throws NasikoError or NasikoErrors with everything that is wrong.
 */
export function loadSettings({ root, stack, environment, stackConfig }: SettingsRequest): ResolvedSettings {
  if (!/^[a-z0-9](?:[a-z0-9-]{0,18}[a-z0-9])?$/.test(stack)) throw stackNameInvalid({ stack });
  const env: readonly EnvSource[] = [
    { name: "the environment", values: environment, shared: true },
    ...chosenFile(root, environment[SETTINGS.configFile.env]),
    ...(stack === "local" ? checkoutFiles(root) : []),
  ];
  const readFile = (path: string): string => readFileSync(resolve(root, path), "utf8");
  const result = resolveSettings({ stack, architecture: process.arch, env, stackConfig, readFile });
  if (!result.ok) {
    throwProblems(result.problems);
    throw new Error("resolveSettings refused without naming a problem");
  }
  return result.resolved;
}

function chosenFile(root: string, path: string | undefined): readonly EnvSource[] {
  if (path === undefined || path === "") return [];
  const file = resolve(root, path);
  try {
    return [{ name: path, values: parse(readEnvText(file)) }];
  } catch (error) {
    throw settingsFileUnreadable(
      { path, reason: error instanceof Error ? error.message : String(error) },
      error,
    );
  }
}

function checkoutFiles(root: string): readonly EnvSource[] {
  return ENV_FILES.filter((file) => existsSync(join(root, file))).flatMap((file) => chosenFile(root, file));
}
