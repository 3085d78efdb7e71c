import { SETTINGS } from "../../../platform/settings/settings.ts";
import type { PortConflict } from "./errors.ts";

/** A default port that gave way. */
export interface MovedPort {
  readonly service: string;
  /** Variable that names the port, e.g. "NASIKO_PORT_KONG". */
  readonly setting: string;
  readonly from: number;
  readonly to: number;
}

export interface PortMoves {
  readonly moved: readonly MovedPort[];
  /** Conflicts over ports that somebody chose: those stay where they are. */
  readonly fixed: readonly PortConflict[];
}

/**
 * Splits conflicts into those that `--auto-ports` settles and those that it must not.
 * @param isChosen whether the user set the port that a variable names
 */
export function movePorts(
  conflicts: readonly PortConflict[],
  isChosen: (setting: string) => boolean,
): PortMoves {
  return {
    moved: conflicts
      .filter(({ setting }) => !isChosen(setting))
      .map(({ service, setting, port, freePort }) => ({ service, setting, from: port, to: freePort })),
    fixed: conflicts.filter(({ setting }) => isChosen(setting)),
  };
}

/** Name of the setting behind a variable, e.g. "portKong". */
export function settingOf(variable: string): keyof typeof SETTINGS {
  const found = Object.entries(SETTINGS).find(([, { env }]) => env === variable);
  if (found === undefined) throw new Error(`${variable} is no setting`);
  // Object.entries forgets that the names are those of the table.
  return found[0] as keyof typeof SETTINGS;
}
