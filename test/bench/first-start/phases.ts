/** A line that `nasiko local up` wrote, and when: milliseconds since it was called. */
export interface TimedLine {
  readonly at: number;
  readonly text: string;
}

/** One part of a first start, in milliseconds since the command was called. */
export interface Phase {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** What of a first start took how long, from what it told. */
export interface FirstStart {
  /** Installed packages, the bases, every image and every container. */
  readonly phases: readonly Phase[];
  /** What readiness waited for, one after the other, from the call to the end. */
  readonly chain: readonly Phase[];
}

/** @param end when the command ended */
export function readPhases(lines: readonly TimedLine[], end: number): FirstStart {
  const phases = [...packages(lines), ...bases(lines), ...images(lines), ...containers(lines)];
  return { phases, chain: chainOf(phases, end) };
}

function packages(lines: readonly TimedLine[]): readonly Phase[] {
  const from = lines.find(({ text }) => text.startsWith("Installing packages"))?.at;
  const to = lines.find(({ text }) => /^added \d+ packages/.test(text))?.at;
  return from === undefined || to === undefined ? [] : [{ name: "npm ci", from, to }];
}

/** From a base's first line to its last one. */
const bases = (lines: readonly TimedLine[]): readonly Phase[] =>
  grouped(lines, /^ {4}(base-[a-z]+): /).map(([name, own]) => ({
    name,
    from: own[0]?.at ?? 0,
    to: own.at(-1)?.at ?? 0,
  }));

/** From an image's first build step, so without what it waited for, until it was there. */
const images = (lines: readonly TimedLine[]): readonly Phase[] =>
  done(lines, /^✓ image (\S+) created/).map(({ name, at }) => {
    const first = lines.find(({ text }) => text.startsWith(`    ${name}: Step 1/`));
    return { name: `image ${name}`, from: first?.at ?? at, to: at };
  });

const containers = (lines: readonly TimedLine[]): readonly Phase[] =>
  done(lines, /^✓ container (\S+) created +([\d.]+) s/).map(({ name, at, seconds }) => ({
    name: `container ${name}`,
    from: at - seconds * 1000,
    to: at,
  }));

function done(
  lines: readonly TimedLine[],
  pattern: RegExp,
): readonly { readonly name: string; readonly at: number; readonly seconds: number }[] {
  return lines.flatMap(({ at, text }) => {
    const [, name, seconds] = pattern.exec(text) ?? [];
    return name === undefined ? [] : [{ name, at, seconds: Number(seconds ?? 0) }];
  });
}

function grouped(
  lines: readonly TimedLine[],
  pattern: RegExp,
): readonly (readonly [name: string, lines: readonly TimedLine[]])[] {
  const groups = new Map<string, TimedLine[]>();
  for (const line of lines) {
    const name = pattern.exec(line.text)?.[1];
    if (name !== undefined) groups.set(name, [...(groups.get(name) ?? []), line]);
  }
  return [...groups];
}

/**
 * From the end backwards: what ended last, before it what ended last of all that had ended when it began, and so on.
 * Times between them belong to the command itself, and to waiting for a place among the builds.
 */
function chainOf(phases: readonly Phase[], end: number): readonly Phase[] {
  const chain: Phase[] = [];
  let at = end;
  for (;;) {
    const before = phases.filter(({ from, to }) => to <= at + TOLERANCE && to > from && from < at);
    const latest = before.toSorted((left, right) => right.to - left.to)[0];
    const gap = { name: "the command", from: latest?.to ?? 0, to: at };
    if (gap.to - gap.from > TOLERANCE) chain.unshift(gap);
    if (latest === undefined) return chain;
    chain.unshift(latest);
    at = latest.from;
  }
}

/** Lines of one moment are not written at one time, in milliseconds. */
const TOLERANCE = 100;
