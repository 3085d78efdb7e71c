/** The rules take too long to apply: each of their wildcards keeps many readings of many names alive. */
export class IgnoreRulesTooCostly extends Error {
  constructor() {
    super("the rules of .dockerignore take too long to apply");
  }
}

/** Counts steps of matching down from a number. */
export interface Budget {
  /** @throws IgnoreRulesTooCostly when there are none left */
  readonly spend: (steps: number) => void;
}

export function budgetOf(steps: number): Budget {
  let left = steps;
  return {
    spend: (spent) => {
      left -= spent;
      if (left < 0) throw new IgnoreRulesTooCostly();
    },
  };
}

type Step =
  | { readonly kind: "letter"; readonly letter: string }
  | { readonly kind: "one of"; readonly has: (letter: string) => boolean }
  /** `*`: any letters but "/". */
  | { readonly kind: "star" }
  /** `**` at the end: any letters. */
  | { readonly kind: "rest" }
  /** `**` before something: nothing, or any letters and a "/". */
  | { readonly kind: "folders" };

const WILDCARD = /[*?[\\]/;

/**
 * Compiles one pattern of a .dockerignore file. Follows all readings of a name at once instead of trying one after the
 * other, so that it takes time in proportion to pattern times name, whatever the two are.
 */
export function ignorePattern(pattern: string, { spend }: Budget): (path: string) => boolean {
  if (!WILDCARD.test(pattern))
    return (path) => {
      spend(path.length + 1);
      return path === pattern;
    };
  const steps = stepsOf(Array.from(pattern));
  return (path) => follow(steps, path, spend);
}

function follow(steps: readonly Step[], path: string, spend: Budget["spend"]): boolean {
  const end = steps.length;
  // Positions from 0 to end; beyond them, those inside of what "folders" skips.
  const inside = end + 1;
  const seenAt = new Int32Array(2 * inside).fill(-1);
  let now: number[] = [];
  let next: number[] = [];
  const add = (list: number[], position: number, turn: number): void => {
    for (let at = position; seenAt[at] !== turn; at++) {
      seenAt[at] = turn;
      list.push(at);
      const kind = at < end ? steps[at]?.kind : undefined;
      if (kind !== "star" && kind !== "rest" && kind !== "folders") return;
    }
  };
  let turn = 0;
  add(now, 0, turn);
  for (const letter of path) {
    spend(now.length + 1);
    if (now.length === 0) return false;
    turn++;
    for (const at of now) {
      const isInside = at >= inside;
      const step = steps[isInside ? at - inside : at];
      switch (step?.kind) {
        case "letter":
          if (letter === step.letter) add(next, at + 1, turn);
          break;
        case "one of":
          if (step.has(letter)) add(next, at + 1, turn);
          break;
        case "star":
          if (letter !== "/") add(next, at, turn);
          break;
        case "rest":
          add(next, at, turn);
          break;
        case "folders": {
          const own = isInside ? at : at + inside;
          if (seenAt[own] !== turn) next.push(own);
          seenAt[own] = turn;
          if (letter === "/") add(next, own - inside + 1, turn);
          break;
        }
        // The end of the pattern, and the name goes on.
        case undefined:
      }
    }
    [now, next] = [next, now];
    next.length = 0;
  }
  return now.includes(end);
}

function stepsOf(letters: readonly string[]): readonly Step[] {
  const steps: Step[] = [];
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at] ?? "";
    const following = letters[at + 1];
    if (letter === "*" && following === "*") {
      at += letters[at + 2] === "/" ? 2 : 1;
      steps.push({ kind: at + 1 < letters.length ? "folders" : "rest" });
    } else if (letter === "*") steps.push({ kind: "star" });
    else if (letter === "?") steps.push({ kind: "one of", has: (one) => one !== "/" });
    else if (letter === "\\" && following !== undefined) {
      steps.push({ kind: "letter", letter: following });
      at++;
    } else {
      const found = letter === "[" ? classAt(letters, at) : undefined;
      steps.push(found === undefined ? { kind: "letter", letter } : { kind: "one of", has: found.has });
      at = found?.end ?? at;
    }
  }
  return steps;
}

/** `[a-z_]` or `[^a-z]`. @returns undefined when no bracket closes it: then it is a letter like others */
function classAt(
  letters: readonly string[],
  start: number,
): { readonly has: (letter: string) => boolean; readonly end: number } | undefined {
  let at = start + 1;
  const negated = letters[at] === "^";
  if (negated) at++;
  const ranges: (readonly [string, string])[] = [];
  const take = (): string => {
    if (letters[at] === "\\" && at + 1 < letters.length) at++;
    return letters[at++] ?? "";
  };
  while (at < letters.length && letters[at] !== "]") {
    const first = take();
    const isRange = letters[at] === "-" && letters[at + 1] !== "]" && at + 1 < letters.length;
    if (isRange) at++;
    ranges.push([first, isRange ? take() : first]);
  }
  if (at >= letters.length) return undefined;
  const within = (letter: string): boolean =>
    ranges.some(([first, last]) => codeOf(first) <= codeOf(letter) && codeOf(letter) <= codeOf(last));
  return { has: (letter) => within(letter) !== negated, end: at };
}

const codeOf = (letter: string): number => letter.codePointAt(0) ?? 0;
