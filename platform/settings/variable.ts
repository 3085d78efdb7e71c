/** A value that an agent's folder does not hold. */
export interface Variable {
  readonly value: string;
  /** Nobody may see it: a secret in state and plan. */
  readonly sensitive: boolean;
  /** A secret of the platform itself: no agent is given it, whoever names it. @default false */
  readonly withheld?: true;
}

/** @returns undefined when nobody has set it */
export type VariableLookup = (name: string) => Variable | undefined;
