import { table } from "./table.ts";

/** One bar of a waterfall; times in milliseconds from any one moment. */
export interface Bar {
  readonly who: string;
  readonly what: string;
  /** How far it is indented. */
  readonly depth: number;
  readonly start: number;
  readonly end: number;
  readonly failed: boolean;
}

/** Letters of the widest bar. */
const WIDTH = 32;
/** Letters of a name; of a longer one, such as a function's with its module, the end tells the most. */
const LONGEST = 40;

/** Bars below each other on one scale of time, longest first where they begin. Without colours, as it may be piped. */
export function waterfall(bars: readonly Bar[]): string {
  const begin = Math.min(...bars.map(({ start }) => start));
  const length = Math.max(1, Math.max(...bars.map(({ end }) => end)) - begin);
  const place = (moment: number): number => Math.round(((moment - begin) / length) * WIDTH);
  return table(
    bars.map(({ who, what, depth, start, end, failed }) => {
      const from = Math.min(place(start), WIDTH - 1);
      const to = Math.max(from + 1, place(end));
      return [
        who,
        `${"  ".repeat(depth)}${shortened(what)}`,
        `${Math.round(end - start)} ms`.padStart(9),
        `${" ".repeat(from)}${"█".repeat(to - from)}`.padEnd(WIDTH) + (failed ? "  failed" : ""),
      ];
    }),
  );
}

const shortened = (name: string): string => (name.length <= LONGEST ? name : `…${name.slice(1 - LONGEST)}`);
