import type { StackSnapshot } from "../../../engine/core/engine.ts";

/** An object on the engine that carries the label of a stack. */
export interface LabelledObject {
  readonly kind: "container" | "network" | "volume";
  readonly name: string;
  /** As a state records it; of a volume the name. */
  readonly id: string;
  /** Who made it; an agent's container may be the worker's, which keeps no state. */
  readonly managedBy: string | undefined;
  /** Which part of the stack it is, e.g. "redis". @default it has the stack's label and no other */
  readonly part?: string | undefined;
}

/** A labelled object that is not in the stack's state: nothing of ours ever touches it. */
export interface Orphan extends Pick<LabelledObject, "kind" | "name"> {
  /** Removes it. */
  readonly command: string;
}

const KINDS = ["container", "network", "volume"] as const satisfies readonly LabelledObject["kind"][];

/** How each kind is removed by hand. */
const REMOVAL: Readonly<Record<LabelledObject["kind"], string>> = {
  container: "docker rm -f",
  network: "docker network rm",
  volume: "docker volume rm",
};

/**
 * Objects that claim to belong to a stack but are not in its state. What an interrupted run was about to make is
 * none: the next `up` takes it back.
 * @param state undefined when the stack has none
 */
export const orphansOf = (
  objects: readonly LabelledObject[],
  state: Pick<StackSnapshot, "resources" | "operations"> | undefined,
): readonly Orphan[] =>
  unrecorded(objects, state).map(({ kind, name }) => ({
    kind,
    name,
    command: `${REMOVAL[kind]} ${name}`,
  }));

/** The same, as they were found. */
export function unrecorded(
  objects: readonly LabelledObject[],
  state: Pick<StackSnapshot, "resources" | "operations"> | undefined,
): readonly LabelledObject[] {
  const recorded = new Set(state?.resources.map(({ id }) => id));
  const begun = new Set(state?.operations.map(({ objectName }) => objectName));
  return objects.filter(
    ({ id, name, managedBy }) => !recorded.has(id) && !begun.has(name) && managedBy !== "worker",
  );
}

/** More of them than these are counted, not listed: a whole stack would fill the screen. */
const LISTED = 3;

/** What orphans there are, in few lines for people. */
export const describeOrphans = (orphans: readonly Orphan[], stack: string): readonly string[] =>
  orphans.length <= LISTED
    ? orphans.map((orphan) => describeOrphan(orphan, stack))
    : [
        `! ${countObjects(orphans)} carry the label of stack ${stack} but are not in its state; they are left alone. To remove them, after a question: ./nasiko --stack ${stack} local down --remove-orphans`,
      ];

/** e.g. "26 containers, 3 networks and 1 volume"; kinds of which there are none are left out */
export function countObjects(objects: readonly Pick<LabelledObject, "kind">[]): string {
  const counts = KINDS.flatMap((kind) => {
    const count = objects.filter((object) => object.kind === kind).length;
    return count === 0 ? [] : [`${count} ${kind}${count === 1 ? "" : "s"}`];
  });
  return new Intl.ListFormat("en-GB", { type: "conjunction" }).format(counts);
}

/** One line for people. */
export function describeOrphan({ kind, name, command }: Orphan, stack: string): string {
  const loss = kind === "volume" ? " (with the data in it)" : "";
  return `! ${kind} ${name} carries the label of stack ${stack} but is not in its state; it is left alone. To remove it${loss}: ${command}`;
}
