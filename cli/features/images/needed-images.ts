import { imagesOf } from "../../../platform/blueprint/images.ts";
import { baseReferences } from "../../../platform/images/base-recipes.ts";
import { blueprintOf } from "../../stack/blueprint/blueprint.ts";
import type { CommandContext } from "../../stack/context.ts";
import { recordedStacks } from "../../stack/state/find-stacks.ts";

/** What the stacks of this machine need of the images on its engine, whether they run or not. */
export interface NeededImages {
  readonly references: ReadonlySet<string>;
  /** Names of their agents. */
  readonly agents: ReadonlySet<string>;
  /** Where they take the platform's images from. */
  readonly registryUrls: readonly string[];
}

/** What narrows a stack for one command says nothing about what it needs the next time. */
const WHOLE_STACK = { NASIKO_SERVICES: undefined, NASIKO_PROFILES: undefined, NASIKO_WITHOUT: undefined };

/**
 * Builds the blueprint of the context's stack and of every stack whose state is kept here.
 * @throws what a blueprint throws: of a stack that cannot be planned nobody knows what it needs
 */
export async function neededImages(context: CommandContext): Promise<NeededImages> {
  const others = recordedStacks(context.home).filter((stack) => stack !== context.stack);
  const whole = context.withEnvironment(WHOLE_STACK);
  const contexts = [whole, ...others.map((stack) => whole.forStack(stack))];
  const blueprints = await Promise.all(contexts.map((each) => blueprintOf(each)));
  const images = blueprints.flatMap((blueprint) => imagesOf(blueprint));
  return {
    references: new Set([...images.map(({ reference }) => reference), ...Object.values(baseReferences())]),
    agents: new Set(blueprints.flatMap(({ agents }) => agents.map(({ name }) => name))),
    registryUrls: blueprints.flatMap(({ settings }) => settings.registryUrl ?? []),
  };
}
