/** What a figure counts. A ratio compares two things of one run, and so holds on any machine. */
export type Unit = "ms" | "s" | "MB" | "%" | "×" | "units";

/** One thing that was measured. */
export interface Figure {
  /** @example "plan of 1000 containers" */
  readonly what: string;
  readonly value: number;
  readonly unit: Unit;
  /** What the value must not exceed, in the same unit. @default it is only shown */
  readonly atMost?: number;
}

/** Figures that belong together; a file of its own in `suites/`, which exports it as `default`. */
export interface Suite {
  /** One line on what is measured, and on what. */
  readonly summary: string;
  /** Measures, and hands out each figure as soon as it is there; leaves nothing behind, also when it throws. */
  readonly measure: () => AsyncIterable<Figure>;
}

/** A time, shown, and its limit in units of the machine: `node -e 0` plus `docker ps`, measured in turn with it. */
export function* limited(
  what: string,
  { milliseconds, units }: { readonly milliseconds: number; readonly units: number },
  atMost: number,
): Generator<Figure> {
  yield { what, value: milliseconds / 1000, unit: "s" };
  yield { what: `${what}, over \`node -e 0\` plus \`docker ps\``, value: units, unit: "units", atMost };
}

export const isMet = ({ value, atMost = Infinity }: Figure): boolean => value <= atMost;

/** @example "plan of 1000 containers             4.21 s   ≤ 6 s" */
export function figureLine(figure: Figure): string {
  const { what, value, unit, atMost } = figure;
  const measured = `${what.padEnd(56)} ${`${rounded(value)} ${unit}`.padStart(10)}`;
  if (atMost === undefined) return measured;
  return `${measured}   ${isMet(figure) ? "≤" : "exceeds"} ${atMost} ${unit}`;
}

/** Three digits tell enough of a measurement. */
function rounded(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
