import { type Blueprint, drawBlueprint } from "../../platform/blueprint/blueprint.ts";
import { catalogue } from "../../platform/services/catalogue.ts";
import type { CommandContext } from "../context.ts";

/** The blueprint of the context's stack, the same that the program will draw. */
export async function blueprintOf(
  context: CommandContext,
  overrides?: Readonly<Record<string, string>>,
): Promise<Blueprint> {
  const { settings, variable } = await context.settings(overrides);
  return drawBlueprint({ root: context.root, settings, catalogue, variable });
}
