import type { Variable as Filled } from "../../engine/formats/compose/interpolate.ts";

/** A value that an agent's folder does not hold. */
export interface Variable extends Filled {
  /** A secret of the platform itself: no agent is given it, whoever names it. @default false */
  readonly withheld?: true;
}

/** @returns undefined when nobody has set it */
export type VariableLookup = (name: string) => Variable | undefined;
