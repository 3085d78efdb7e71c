import { type Blueprint, buildBlueprint } from "../../../platform/blueprint/blueprint.ts";
import { hashKeyOf } from "../../../platform/blueprint/hash-key.ts";
import { catalogue } from "../../../platform/services/catalogue.ts";
import { bundleImages } from "../../../services/bundle/bundle.ts";
import type { CommandContext } from "../context.ts";
import { readPassphrase } from "../home/home.ts";
import { stackSnapshot } from "../state/deployment.ts";
import { heldVolumes } from "../state/held-volumes.ts";
import { rememberedMode } from "./auth-mode.ts";

/** Contexts that look at their stack again and again, and the blueprint that they share; undefined until it is needed. */
const SHARED = new WeakMap<CommandContext, Promise<Blueprint> | undefined>();

/** Lets everything that looks at a stack with this very context share one blueprint: to be used where nothing changes. */
export const shareBlueprint = (context: CommandContext): void => void SHARED.set(context, undefined);

/**
 * The blueprint of the context's stack, the same that the program builds.
 * @param onVariable is told the name of every variable that an agent asks for
 */
export async function blueprintOf(
  context: CommandContext,
  overrides?: Readonly<Record<string, string>>,
  onVariable?: (name: string) => void,
): Promise<Blueprint> {
  if (overrides !== undefined || onVariable !== undefined || !SHARED.has(context))
    return makeBlueprint(context, overrides, onVariable);
  const shared = SHARED.get(context) ?? makeBlueprint(context);
  SHARED.set(context, shared);
  return shared;
}

async function makeBlueprint(
  context: CommandContext,
  overrides?: Readonly<Record<string, string>>,
  onVariable: (name: string) => void = () => undefined,
): Promise<Blueprint> {
  const { root, program } = context;
  const { settings, variable } = await context.settings(
    { ...(await rememberedMode(context)), ...overrides },
    heldVolumes(await stackSnapshot(context)),
  );
  bundleImages(root);
  const lookUp = (name: string): ReturnType<typeof variable> => {
    onVariable(name);
    return variable(name);
  };
  const hashKey = hashKeyOf(context.stack, () => readPassphrase(context.home));
  return buildBlueprint({ root, program, settings, catalogue, variable: lookUp, hashKey });
}
