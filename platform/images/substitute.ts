import { compareVersions } from "./compare-versions.ts";
import type { OfflineImage } from "./offline-images.ts";

/** In what way a container runs something else than the public image that its service names. */
export interface Substitute {
  readonly kind: "stand-in" | "older build" | "newer build" | "other build";
  /** What is really in it, e.g. "7.0.15". */
  readonly version: string;
  /** The tag of the public image, e.g. "7.4.11-alpine". */
  readonly official: string;
}

const KINDS = { older: "older build", newer: "newer build", unknown: "other build" } as const;

/**
 * Holds an offline image against the public one.
 * @returns undefined when it is the same program of the same version
 */
export function substituteFor({ standIn, version }: OfflineImage, tag: string): Substitute | undefined {
  const common = { version, official: tag };
  if (standIn) return { kind: "stand-in", ...common };
  const order = compareVersions(version, tag);
  return order === "same" ? undefined : { kind: KINDS[order], ...common };
}

/** @example "older build (7.0.15)" */
export const describeSubstitute = ({ kind, version }: Substitute): string =>
  kind === "stand-in" ? kind : `${kind} (${version})`;

/** Whether an image is another program than its name says, which answers what the platform asks. */
export const isStandIn = ({ substitute }: { readonly substitute?: Substitute }): boolean =>
  substitute?.kind === "stand-in";
