import type { World } from "./world.ts";

/** Who may do what is asked of the gateway: the mode of the stack that is attacked. */
export type Mode = "simple" | "enterprise";

export const BOTH: readonly Mode[] = ["simple", "enterprise"];

/**
 * One thing that an attacker tries on a running stack.
 * @example
 *     { id: "S-26", name: "user_check_enumeration", modes: ["enterprise"], run: async (world) => … }
 */
export interface Attack {
  /** Number of the finding that it belongs to. */
  readonly id: string;
  readonly name: string;
  readonly modes: readonly Mode[];
  /** What it looks at stops containers of the platform on purpose. @default false: none may have been restarted */
  readonly restarts?: true;
  /**
   * Tries it, and first proves that the way there is open: what answers nothing to anybody refuses nothing.
   * @returns in a few words, how it was refused
   * @throws AssertionError when the attack succeeds
   */
  readonly run: (world: World) => Promise<string>;
}

/** Attacks of one area, checked against the type while their functions' parameters are inferred. */
export const defineAttacks = (attacks: readonly Attack[]): readonly Attack[] => attacks;
