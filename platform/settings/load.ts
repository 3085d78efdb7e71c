import { readFileSync, statSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";

import { parse } from "dotenv";

import { throwProblems } from "../errors/define-error.ts";
import { settingsFileUnreadable, stackNameInvalid } from "./errors.ts";
import { ENV_FILES, readEnvText } from "./env-files.ts";
import { type EnvSource, type ResolvedSettings, resolveSettings } from "./resolve.ts";
import { SETTINGS } from "./settings.ts";

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
    { name: "the environment", values: withoutRelativeHome(environment), shared: true },
    ...chosenFile(root, environment[SETTINGS.configFile.env]),
    ...(stack === "local" ? checkoutFiles(root) : checkoutFiles(root).map(homeAlone)),
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

/** As for where the state is looked for: a relative path counts as unset. */
function withoutRelativeHome(environment: SettingsRequest["environment"]): SettingsRequest["environment"] {
  const { env } = SETTINGS.home;
  return isAbsolute(environment[env] ?? "/") ? environment : { ...environment, [env]: undefined };
}

/** Where the state is holds for all stacks. */
const homeAlone = ({ name, values }: EnvSource): EnvSource => ({
  name,
  values: { [SETTINGS.home.env]: values[SETTINGS.home.env] },
});

/** The one that other tools and the agents' own programs read as well. */
const SHARED_FILE = ".env";

function checkoutFiles(root: string): readonly EnvSource[] {
  return ENV_FILES.filter((file) => isFile(join(root, file)))
    .flatMap((file) => chosenFile(root, file))
    .map((source) => (source.name === SHARED_FILE ? { ...source, foreign: "noted" } : source));
}

/** A folder of such a name is somebody else's, e.g. a Python environment. */
const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === false;
