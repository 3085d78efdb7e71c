import type { Labels, Sample } from "./exposition.ts";

/** How often values were how large. */
export interface Histogram {
  readonly observe: (value: number) => void;
  /** Its samples, by the end of their name. */
  readonly samples: (labels: Labels) => Readonly<Record<"bucket" | "count" | "sum", readonly Sample[]>>;
}

/** @param bounds upper bounds of the buckets, rising; one without a bound is added */
export function createHistogram(bounds: readonly number[]): Histogram {
  // By bucket alone: added up when somebody asks, so that an observation is one addition.
  const counts = Array.from({ length: bounds.length + 1 }, () => 0);
  let sum = 0;
  return {
    observe: (value) => {
      const found = bounds.findIndex((bound) => value <= bound);
      const bucket = found === -1 ? bounds.length : found;
      counts[bucket] = (counts[bucket] ?? 0) + 1;
      sum += value;
    },
    samples: (labels) => {
      let count = 0;
      const all = counts.map((own, index): Sample => {
        count += own;
        const bound = bounds[index];
        return {
          suffix: "_bucket",
          labels: [...labels, ["le", bound === undefined ? "+Inf" : String(bound)]],
          value: count,
        };
      });
      return {
        // In Kong, a bucket is there once something has fallen into it.
        bucket: all.filter(({ value }) => value > 0),
        count: count === 0 ? [] : [{ suffix: "_count", labels, value: count }],
        sum: count === 0 ? [] : [{ suffix: "_sum", labels, value: sum }],
      };
    },
  };
}
