import type { EngineError } from "../../errors/define-error.ts";
import { nameTaken } from "./errors.ts";

export type Labels = Readonly<Record<string, string>>;

/** Labels by which the objects of a program are known on a Docker engine that others use as well. */
export interface OwnershipLabels {
  /**
   * The label that all objects of one stack carry with the same value, e.g. "acme.stack": one list then finds them
   * all, and what carries another value belongs to somebody else.
   * @default none: objects are looked for one by one, and all containers are treated alike
   */
  readonly stack?: string;
  /**
   * Labels that say together which object it is, e.g. "acme.stack" and "acme.service". An object that no state records
   * but that carries those of a declared one was left by a run that was cut short.
   * @default none: an object that no state records is never taken for ours
   */
  readonly identity?: readonly string[];
}

/** The value of the stack's label on an object. */
export const stackOf = (ownership: OwnershipLabels, labels: Labels): string | undefined =>
  ownership.stack === undefined ? undefined : labels[ownership.stack];

/** Whether an object that no state records is one that a run of ours made and could not record. */
export function isOrphanOf(ownership: OwnershipLabels, wanted: Labels, found: Labels): boolean {
  const claimed = (ownership.identity ?? []).filter((label) => wanted[label] !== undefined);
  return claimed.length > 0 && claimed.every((label) => wanted[label] === found[label]);
}

/** Which name is taken, and what has it. */
interface Taken {
  readonly kind: "container" | "network" | "volume";
  readonly name: string;
  /** Describes the owner, e.g. "a container of image x". */
  readonly owner: string;
  readonly wanted: Labels;
  readonly found: Labels;
}

/** The error for a name that something else has. */
export function nameTakenBy(ownership: OwnershipLabels, taken: Taken): EngineError {
  const { kind, name, owner, wanted, found } = taken;
  return nameTaken({ kind, name, owner, orphan: isOrphanOf(ownership, wanted, found) });
}
