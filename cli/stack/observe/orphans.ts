import type { StackSnapshot } from "../../../engine/core/engine.ts";

/** An object on the engine that carries the label of a stack. */
export interface LabelledObject {
  readonly kind: "container" | "network" | "volume";
  readonly name: string;
  /** As a state records it; of a volume the name. */
  readonly id: string;
  /** Who made it; an agent's container may be the worker's, which keeps no state. */
  readonly managedBy: string | undefined;
}

/** A labelled object that is not in the stack's state: nothing of ours ever touches it. */
export interface Orphan extends Pick<LabelledObject, "kind" | "name"> {
  /** Removes it. */
  readonly command: string;
}

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
export function orphansOf(
  objects: readonly LabelledObject[],
  state: Pick<StackSnapshot, "resources" | "operations"> | undefined,
): readonly Orphan[] {
  const recorded = new Set(state?.resources.map(({ id }) => id));
  const begun = new Set(state?.operations.map(({ objectName }) => objectName));
  return objects
    .filter(({ id, name, managedBy }) => !recorded.has(id) && !begun.has(name) && managedBy !== "worker")
    .map(({ kind, name }) => ({ kind, name, command: `${REMOVAL[kind]} ${name}` }));
}

/** One line for people. */
export function describeOrphan({ kind, name, command }: Orphan, stack: string): string {
  const loss = kind === "volume" ? " (with the data in it)" : "";
  return `! ${kind} ${name} carries the label of stack ${stack} but is not in its state; it is left alone. To remove it${loss}: ${command}`;
}
