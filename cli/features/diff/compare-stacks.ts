import type { Places } from "../../../platform/blueprint/agent-folder.ts";
import { type Blueprint, buildBlueprint } from "../../../platform/blueprint/blueprint.ts";
import { problemsOf } from "../../lib/engine-errors.ts";
import { catalogue } from "../../../platform/services/catalogue.ts";
import type { Origin, ResolvedSettings } from "../../../platform/settings/resolve.ts";
import { type SettingName, SETTINGS, type Settings } from "../../../platform/settings/settings.ts";
import type { Setting } from "../../../platform/settings/define-setting.ts";
import { bundleImages } from "../../../services/bundle/bundle.ts";
import { type Difference, differencesOf } from "./differences.ts";
import { levelDifference } from "./policy-levels.ts";

/** A setting that two stacks have set differently. */
export interface SettingDifference {
  readonly setting: SettingName;
  /** As it was written, with where; a secret is only said to be set. */
  readonly left: string;
  readonly right: string;
  readonly help: string;
}

/** Something about the stacks themselves that differs, and which settings make it so. */
export interface ExplainedDifference extends Difference {
  /** Settings that make this difference alone, or the stacks' names; empty: only several settings together do. */
  readonly because: readonly (SettingName | "the name")[];
}

export interface Comparison {
  readonly settings: readonly SettingDifference[];
  readonly differences: readonly ExplainedDifference[];
  /** Services, jobs and agents that are the same on both. */
  readonly alike: number;
}

export interface ComparisonRequest extends Places {
  readonly left: ResolvedSettings;
  readonly right: ResolvedSettings;
}

/**
 * What differs between two stacks and why. Why is found by trying: each setting that differs is given to the first
 * stack alone, and what changes with it is its doing. Names are those of the first stack, so that they are no difference.
 */
export function compareStacks({ left, right, ...places }: ComparisonRequest): Comparison {
  const names = (Object.keys(SETTINGS) as SettingName[]).filter((name) => differs(name, left, right));
  bundleImages(places.root);
  const build = (settings: Settings): Blueprint => buildBlueprint({ ...places, settings, catalogue });
  const first = build(left.settings);
  const second = build({ ...right.settings, stack: left.settings.stack });
  const effects = names.map((name) => ({ name, touched: effectOf(name, { first, left, right, build }) }));
  return {
    settings: names.map((name) => settingDifference(name, left, right)),
    differences: [
      ...differencesOf(first, second).map((difference) => ({
        ...difference,
        because: effects.filter(({ touched }) => touched.has(keyOf(difference))).map(({ name }) => name),
      })),
      ...levelDifference(left.settings, right.settings).map((difference) => ({
        ...difference,
        because: ["the name" as const],
      })),
    ],
    alike: alike(first, second),
  };
}

/** A port that one stack sets to what is the other's default differs in nothing that people would look for. */
const differs = (name: SettingName, left: ResolvedSettings, right: ResolvedSettings): boolean =>
  JSON.stringify(left.settings[name]) !== JSON.stringify(right.settings[name]) &&
  left.origins[name].text !== right.origins[name].text;

/** What one setting of the second stack changes in the first; nothing when the first cannot have it alone. */
function effectOf(
  name: SettingName,
  world: Pick<ComparisonRequest, "left" | "right"> & {
    readonly first: Blueprint;
    readonly build: (settings: Settings) => Blueprint;
  },
): ReadonlySet<string> {
  const { first, left, right, build } = world;
  try {
    const changed = build({ ...left.settings, [name]: right.settings[name] });
    return new Set(differencesOf(first, changed).map(keyOf));
  } catch (error) {
    if (problemsOf(error).length > 0) return new Set();
    throw error;
  }
}

const keyOf = ({ subject, what }: Difference): string => `${subject}\n${what}`;

function settingDifference(
  name: SettingName,
  left: ResolvedSettings,
  right: ResolvedSettings,
): SettingDifference {
  const setting: Setting<unknown> = SETTINGS[name];
  const shown = ({ text, source }: Origin): string =>
    text === undefined || text === ""
      ? "(not set)"
      : `${setting.secret === true ? "(secret)" : text} (${source})`;
  return {
    setting: name,
    left: shown(left.origins[name]),
    right: shown(right.origins[name]),
    help: setting.help,
  };
}

function alike(first: Blueprint, second: Blueprint): number {
  const touched = new Set(differencesOf(first, second).map(({ subject }) => subject));
  const members = [...first.layers.flatMap(({ services }) => services), ...first.agents];
  return members.filter(({ name }) => !touched.has(name)).length;
}
