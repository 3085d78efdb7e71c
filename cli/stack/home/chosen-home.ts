import { isAbsolute, join, resolve } from "node:path";
import { parseEnv } from "node:util";

import { ENV_FILES, readEnvText } from "../../../platform/settings/env-files.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What NASIKO_HOME is set to, in the environment or an env file; those of the folder count for all stacks, since each
 * stack's state is found by it. Settings are read after the home is known, so this one is looked up by itself.
 * @param program folder of the env files
 */
export function chosenHome(environment: Environment, program: string): string | undefined {
  const told = environment[NAME] ?? "";
  if (isAbsolute(told)) return told;
  const config = environment["NASIKO_CONFIG_FILE"] ?? "";
  const files = [
    ...(config === "" ? [] : [resolve(program, config)]),
    ...ENV_FILES.map((file) => join(program, file)),
  ];
  return files.map(homeIn).find((home) => home !== undefined);
}

const NAME = "NASIKO_HOME";

/** A file that is not there, or no file, names none; whoever reads the settings says what is wrong with it. */
function homeIn(file: string): string | undefined {
  let text: string;
  try {
    text = readEnvText(file);
  } catch {
    return undefined;
  }
  const home = text.includes(NAME) ? parseEnv(text)[NAME] : undefined;
  return home === undefined || home === "" ? undefined : home;
}
