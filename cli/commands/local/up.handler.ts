import type { Blueprint } from "../../../platform/blueprint/blueprint.ts";
import { recordBuilds } from "../../features/agents/record-builds.ts";
import type { CommandResult } from "../../lib/command-result.ts";
import type { CommandContext } from "../../stack/context.ts";
import type { Handler, Invocation } from "../define-command.ts";
import type { spec } from "./up.ts";
import { watchRun } from "../../features/up/watch-run.ts";
import { readCredentials } from "../../features/up/credentials.ts";
import { reportFailure } from "../../stack/diagnosis/failure.ts";
import { describeStray } from "../../stack/observe/orphans.ts";
import { summarize } from "../../features/up/summary.ts";
import { refuseForgottenMode } from "../../stack/blueprint/auth-mode.ts";
import { blueprintOf } from "../../stack/blueprint/blueprint.ts";
import { checkBeforehand } from "../../features/preflight/check-beforehand.ts";
import { choosePublicImages } from "../../stack/blueprint/choose-public-images.ts";
import { engineOptions, stackSnapshot } from "../../stack/state/deployment.ts";
import { findStrays } from "../../stack/observe/find-orphans.ts";
import { prepareImages } from "../../stack/blueprint/prepare-images.ts";
import { readyEngine } from "../../features/setup/ready-engine.ts";
import { waitForLock } from "../../stack/state/wait-for-lock.ts";

export const handler: Handler<typeof spec> = (context, { options, args }) =>
  bringUp(context.withEnvironment(selectionOf(options, args)), options);

/** What `up` does by itself, and what it has to be told to do. */
export type UpOptions = Pick<
  Invocation<typeof spec>["options"],
  "yes" | "autoPorts" | "waitLock" | "showSecrets"
>;

/** Everything that can be wrong is found before anything changes; then the program runs once. */
export async function bringUp(context: CommandContext, options: UpOptions): Promise<CommandResult> {
  const startedAt = performance.now();
  const { docker, output } = context;
  await refuseForgottenMode(context);
  const drawn = await blueprintOf(context);
  for (const { name, neededBy } of drawn.added) output.note(`${name} comes along: ${neededBy} needs it.`);
  for (const note of drawn.agents.flatMap(({ notes }) => notes)) output.note(note);
  await readyEngine(context, docker, options.yes);
  const movedPorts = await checkBeforehand(context, drawn, options.autoPorts);
  const choice = await choosePublicImages(context, docker, { record: true });
  const blueprint = await blueprintOf(context, choice);
  await prepareImages(context, docker, blueprint);
  for (const note of keptVolumes(blueprint)) output.note(note);
  const strays = await findStrays(context, docker);
  for (const stray of strays) output.note(describeStray(stray, context.stack));

  const run = await waitForLock(context, options.waitLock, async () => {
    const watched = await watchRun(context, blueprint);
    try {
      return await context.engine.up(await engineOptions({ context, onEvent: watched.onEvent }));
    } finally {
      watched.close();
    }
  });
  if (run.outcome === "succeeded") await recordBuilds(context, blueprint);
  const milliseconds = Math.round(performance.now() - startedAt);
  const show = options.showSecrets || output.personal;
  const result =
    run.outcome === "succeeded"
      ? summarize({
          blueprint,
          run,
          milliseconds,
          credentials: await readCredentials(blueprint, await stackSnapshot(context), show),
          colors: output.resultColors,
        })
      : await reportFailure({ blueprint, run, docker });
  return { ...result, json: { ...result.json, movedPorts, strays } };
}

/** Volumes that nothing mounts any more: their data stays until somebody says otherwise. */
function keptVolumes({ settings, volumes }: Blueprint): readonly string[] {
  const kept = volumes.flatMap(({ name, mounted }) => (mounted ? [] : [name]));
  if (kept.length === 0 || settings.volumes === "all") return [];
  return [
    `Kept with their data, although nothing mounts them: ${kept.join(", ")}. ` +
      "To delete them: NASIKO_VOLUMES=none ./nasiko local up",
  ];
}

/** What the command line says about services, in the words of the settings. */
function selectionOf(
  { profile, without }: Invocation<typeof spec>["options"],
  { services }: Invocation<typeof spec>["args"],
): Readonly<Record<string, string>> {
  return {
    ...(services.length > 0 ? { NASIKO_SERVICES: services.join(",") } : {}),
    ...(profile.length > 0 ? { NASIKO_PROFILES: profile.join(",") } : {}),
    ...(without.length > 0 ? { NASIKO_WITHOUT: without.join(",") } : {}),
  };
}
