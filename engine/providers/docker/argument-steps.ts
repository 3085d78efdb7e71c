import type { Effect } from "../schema/fields.ts";
import { CONTAINER_FIELDS } from "./container-fields.ts";

/** What `up` does to a container because of changed arguments. */
export type ContainerStep = "none" | "update" | "replace";

/** What one changed argument does, with the provider's reason. */
export interface ArgumentEffect {
  readonly argument: string;
  readonly effect: Effect;
  readonly reason: string;
}

/**
 * The effects of changed arguments of `docker.Container`.
 * @throws TypeError for a name that is no argument
 */
export function effectsOf(names: readonly string[]): readonly ArgumentEffect[] {
  return names.map((argument) => {
    const field = CONTAINER_FIELDS[argument];
    if (field === undefined) throw new TypeError(`docker.Container has no argument "${argument}"`);
    return { argument, effect: field.effect, reason: field.reason };
  });
}

/** The one step that several effects amount to: the strongest decides. An update of the record is an update. */
export function stepOf(effects: readonly { readonly effect: Effect }[]): ContainerStep {
  if (effects.some(({ effect }) => effect === "replace")) return "replace";
  return effects.length === 0 ? "none" : "update";
}
