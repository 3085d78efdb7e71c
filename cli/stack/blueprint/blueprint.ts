import { type Blueprint, buildBlueprint } from "../../../platform/blueprint/blueprint.ts";
import { hashKeyOf } from "../../../platform/blueprint/hash-key.ts";
import { catalogue } from "../../../platform/services/catalogue.ts";
import { bundleImages } from "../../../services/bundle/bundle.ts";
import type { CommandContext } from "../context.ts";
import { readPassphrase } from "../home/home.ts";
import { stackSnapshot } from "../state/deployment.ts";
import { heldVolumes } from "../state/held-volumes.ts";
import { rememberedMode } from "./auth-mode.ts";

/**
 * The blueprint of the context's stack, the same that the program builds.
 * @param onVariable is told the name of every variable that an agent asks for
 */
export async function blueprintOf(
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
