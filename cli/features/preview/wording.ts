import type { BlastRadius } from "./blast-radius.ts";
import type { PreviewReport } from "./report.ts";
import type { PropertyChange } from "./property-changes.ts";

/** Sentences that every format of a preview has in common. */

/** @example "memory: 256 → 512" */
export const propertyLine = ({ path, before, after }: PropertyChange): string =>
  `${path}: ${before ?? "(none)"} → ${after ?? "(none)"}`;

/** What a change does to the running stack; empty when it does nothing to it. */
export function radiusLines({
  restarts,
  downtimeSecondsAtMost,
  withoutIt,
  volumes,
}: BlastRadius): readonly string[] {
  if (!restarts) return [];
  return [
    downtimeSecondsAtMost > 0
      ? `restarts; away until it is ready again, ${downtimeSecondsAtMost} s at most`
      : "restarts; nobody waits for it",
    ...(withoutIt.length > 0 ? [`meanwhile without it: ${withoutIt.join(", ")}`] : []),
    ...(volumes.length > 0 ? [`its volumes stay with their data: ${volumes.join(", ")}`] : []),
  ];
}

export function memoryLine({ memoryMegabytes: { before, after } }: PreviewReport): string {
  return before === after ? `memory limits: ${after} MB` : `memory limits: ${before} → ${after} MB`;
}
