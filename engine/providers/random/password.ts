import { randomInt } from "node:crypto";

/** Everything that decides what a generated password looks like. */
export interface PasswordOptions {
  readonly length: number;
  readonly upper: boolean;
  readonly lower: boolean;
  readonly numeric: boolean;
  readonly special: boolean;
  readonly minUpper: number;
  readonly minLower: number;
  readonly minNumeric: number;
  readonly minSpecial: number;
  /** Takes the place of {@link SPECIAL}; empty means no replacement. */
  readonly overrideSpecial: string;
}

const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWER = "abcdefghijklmnopqrstuvwxyz";
const DIGITS = "0123456789";
/** Special characters of @pulumi/random, unless `overrideSpecial` names others. */
export const SPECIAL = "!@#$%&*()-_=+[]{}<>:?";

/** Returns a whole number from 0 up to, not including, `limit`. */
export type PickBelow = (limit: number) => number;

/**
 * Generates a password: first what the minimums ask for, then the rest from all allowed characters, then shuffled
 * without bias. A minimum counts for a class that is switched off, too, as the official provider has it.
 * @param pick source of randomness; cryptographically secure unless a test passes another
 */
export function generatePassword(options: PasswordOptions, pick: PickBelow = secureBelow): string {
  const special = options.overrideSpecial === "" ? SPECIAL : options.overrideSpecial;
  const allowed = [
    options.upper ? UPPER : "",
    options.lower ? LOWER : "",
    options.numeric ? DIGITS : "",
    options.special ? special : "",
  ].join("");
  const demanded = [
    ...characters(UPPER, options.minUpper, pick),
    ...characters(LOWER, options.minLower, pick),
    ...characters(DIGITS, options.minNumeric, pick),
    ...characters(special, options.minSpecial, pick),
  ];
  const rest = characters(allowed, options.length - demanded.length, pick);
  return shuffled([...demanded, ...rest], pick).join("");
}

/** `randomInt` refuses a range of one; there is nothing to choose then. */
function secureBelow(limit: number): number {
  return limit === 1 ? 0 : randomInt(limit);
}

function characters(alphabet: string, count: number, pick: PickBelow): readonly string[] {
  // By code point: a character of overrideSpecial outside the basic plane counts as one.
  const choices = Array.from(alphabet);
  return Array.from({ length: count }, () => choices[pick(choices.length)] ?? "");
}

/** Fisher-Yates. */
function shuffled(items: readonly string[], pick: PickBelow): readonly string[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last -= 1) {
    const chosen = pick(last + 1);
    [result[last], result[chosen]] = [result[chosen] ?? "", result[last] ?? ""];
  }
  return result;
}
