import type { EngineOptions, RunResult } from "../../../engine/core/engine.ts";
import type { Provider } from "../../../engine/core/provider.ts";
import type { CommandContext } from "../../stack/context.ts";
import { choosePublicImages } from "../../stack/blueprint/choose-public-images.ts";
import { engineOptions } from "../../stack/state/deployment.ts";

/** A plan, and with which config it was made. */
export interface Plan {
  readonly run: RunResult;
  /** Stack config on top of the file's, with full keys. */
  readonly overrides: Readonly<Record<string, string>>;
}

/** Plans against what runs: looks at the engine first. */
export async function planFromEngine(context: CommandContext): Promise<Plan> {
  await context.docker.ping();
  const overrides = await choosePublicImages(context, context.docker, { record: false });
  const options = await engineOptions({ context, overrides, onEvent: () => undefined });
  return { run: await context.engine.preview(options), overrides };
}

/** Plans against what the state records; needs no engine, and does not see what happened behind the state's back. */
export async function planFromState(context: CommandContext): Promise<Plan> {
  const options = await engineOptions({ context, onEvent: () => undefined });
  return { run: await context.engine.preview(withoutLooking(options)), overrides: {} };
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
