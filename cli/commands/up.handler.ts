import { recordBuilds } from "../agents/record-builds.ts";
import type { Handler, OptionValues } from "../command.ts";
import { watchRun } from "../live/watch-run.ts";
import { readCredentials } from "../report/credentials.ts";
import { reportFailure } from "../report/failure.ts";
import { describeStray } from "../report/strays.ts";
import { summarize } from "../report/summary.ts";
import { refuseForgottenMode } from "../run/auth-mode.ts";
import { blueprintOf } from "../run/blueprint.ts";
import { checkBeforehand } from "../run/check-beforehand.ts";
import { choosePublicImages } from "../run/choose-public-images.ts";
import { engineOptions, stackSnapshot } from "../run/deployment.ts";
import { findStrays } from "../run/find-strays.ts";
import { prepareImages } from "../run/prepare-images.ts";
import { readyEngine } from "../run/ready-engine.ts";
import { waitForLock } from "../run/wait-for-lock.ts";

/** Everything that can be wrong is found before anything changes; then the program runs once. */
export const handler: Handler = async (given, options) => {
  const startedAt = performance.now();
  const context = given.withEnvironment(selectionOf(options));
  const { docker, output } = context;
  await refuseForgottenMode(context);
  const drawn = await blueprintOf(context);
  for (const { name, neededBy } of drawn.added) output.note(`${name} comes along: ${neededBy} needs it.`);
  for (const note of drawn.agents.flatMap(({ notes }) => notes)) output.note(note);
  await readyEngine(context, docker, options["yes"] === true);
  const movedPorts = await checkBeforehand(context, drawn, options["autoPorts"] === true);
  const choice = await choosePublicImages(context, docker, { record: true });
  const blueprint = await blueprintOf(context, choice);
  await prepareImages(context, docker, blueprint);
  const strays = await findStrays(context, docker);
  for (const stray of strays) output.note(describeStray(stray, context.stack));

  const run = await waitForLock(context, options["waitLock"] === true, async () => {
    const watched = await watchRun(context, blueprint);
    try {
      return await context.engine.up(await engineOptions({ context, onEvent: watched.onEvent }));
    } finally {
      watched.close();
    }
  });
  if (run.outcome === "succeeded") await recordBuilds(context, blueprint);
  const milliseconds = Math.round(performance.now() - startedAt);
  const show = options["showSecrets"] === true || output.personal;
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
};

/** What the command line says about services, in the words of the settings. */
function selectionOf({ services, profile, without }: OptionValues): Readonly<Record<string, string>> {
  return {
    ...(Array.isArray(services) && services.length > 0 ? { NASIKO_SERVICES: services.join(",") } : {}),
    ...(typeof profile === "string" ? { NASIKO_PROFILES: profile } : {}),
    ...(typeof without === "string" ? { NASIKO_WITHOUT: without } : {}),
  };
}
