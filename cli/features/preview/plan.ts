import type { EngineOptions, RunResult } from "../../../engine/core/engine.ts";
import type { Provider } from "../../../engine/core/provider.ts";
import type { Blueprint } from "../../../platform/blueprint/blueprint.ts";
import { evaluateBlueprint } from "../../../policies/evaluate-blueprint.ts";
import { today } from "../../lib/today.ts";
import { blueprintOf } from "../../stack/blueprint/blueprint.ts";
import type { CommandContext } from "../../stack/context.ts";
import { chooseForEngine } from "../../stack/blueprint/choose-for-engine.ts";
import { engineOptions } from "../../stack/state/deployment.ts";

/** A plan, and what the program was to declare. */
export interface Plan {
  readonly run: RunResult;
  readonly blueprint: Blueprint;
}

/** Plans against what runs: looks at the engine first. */
export async function planFromEngine(context: CommandContext): Promise<Plan> {
  await context.docker.ping();
  const overrides = await chooseForEngine(context, context.docker, { record: false });
  const blueprint = await blueprintOf(context, overrides);
  const options = await planningOptions(context, blueprint, overrides);
  return { run: await context.engine.preview(options), blueprint };
}

/** Plans against what the state records; needs no engine, and does not see what happened behind the state's back. */
export async function planFromState(context: CommandContext): Promise<Plan> {
  const blueprint = await blueprintOf(context);
  const options = await planningOptions(context, blueprint, {});
  return { run: await context.engine.preview(withoutLooking(options)), blueprint };
}

/** What the blueprint breaks stands in the report; what is registered besides stops the plan, as it stops `up`. */
function planningOptions(
  context: CommandContext,
  blueprint: Blueprint,
  overrides: Readonly<Record<string, string>>,
): Promise<EngineOptions> {
  const reported = evaluateBlueprint(blueprint, { today: today() }).findings;
  return engineOptions({ context, overrides, blueprint, reported, onEvent: () => undefined });
}

/** The same run by providers that believe what is recorded. */
export const withoutLooking = (options: EngineOptions): EngineOptions => ({
  ...options,
  providers: options.providers.map(believing),
});

const believing = (provider: Provider): Provider => ({
  ...provider,
  observe: () => Promise.resolve([]),
  recover: () => Promise.resolve(undefined),
});
