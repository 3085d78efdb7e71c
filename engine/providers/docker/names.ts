import { nameTaken } from "./errors.ts";
import type { NasikoError } from "../../../platform/errors/define-error.ts";

/** Labels that say whose an object is. */
const IDENTITY = ["nasiko.stack", "nasiko.service", "nasiko.agent"];

export type Labels = Readonly<Record<string, string>>;

/** True when an object that we did not record carries the identity of the one we want: a run was cut short. */
export function isLeftover(wanted: Labels, found: Labels): boolean {
  const claimed = IDENTITY.filter((label) => wanted[label] !== undefined);
  return claimed.length > 0 && claimed.every((label) => wanted[label] === found[label]);
}

/** The error for a name that something else has. @param what describes the owner, e.g. "a container of image x" */
export function nameTakenBy(
  kind: "container" | "network" | "volume",
  name: string,
  what: string,
  wanted: Labels,
  found: Labels,
): NasikoError {
  return nameTaken({ kind, name, owner: what, leftover: isLeftover(wanted, found) });
}
