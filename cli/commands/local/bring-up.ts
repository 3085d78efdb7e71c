import { recordSelection } from "../../stack/home/record-selection.ts";
import type { RunResult } from "../../../engine/core/engine.ts";
import type { BuildPlan } from "../../../engine/providers/docker/resource-kind.ts";
import { recordBuilds } from "../../features/agents/record-builds.ts";
import { handOverIfCurrent, noteInputs } from "../../features/up/hand-over.ts";
import { watchRun } from "../../features/up/watch-run.ts";
import { readCredentials } from "../../features/up/credentials.ts";
import { reportFailure } from "../../stack/diagnosis/failure.ts";
import { describeOrphans } from "../../stack/observe/orphans.ts";
import { refuseStackOfOtherHome } from "../../stack/observe/stack-of-other-home.ts";
import { substitutesOf } from "../../features/up/substitutes.ts";
import { summarize } from "../../features/up/summary.ts";
import { refuseForgottenMode } from "../../stack/blueprint/auth-mode.ts";
import { blueprintOf } from "../../stack/blueprint/blueprint.ts";
import { checkBeforehand } from "../../features/preflight/check-beforehand.ts";
import { chooseForEngine } from "../../stack/blueprint/choose-for-engine.ts";
import { engineOptions, stackSnapshot } from "../../stack/state/deployment.ts";
import { beginImages, unverifiedNotes } from "../../stack/blueprint/prepare-images.ts";
import { readyEngine } from "../../features/setup/ready-engine.ts";
import { waitForLock } from "../../stack/state/wait-for-lock.ts";
import { beginUp, rememberUp } from "../../features/up/last-up/remember.ts";
import type { CommandContext } from "../../stack/context.ts";
import type { CommandResult } from "../../lib/command-result.ts";
import { certificateNotes } from "../../../platform/services/gateway-tls.ts";
import { imagesOf } from "../../../platform/blueprint/images.ts";
import type { Blueprint } from "../../../platform/blueprint/blueprint.ts";

export interface UpOptions {
  /** Everything that it would ask is answered with yes. */
  readonly yes: boolean;
  /** Default ports that are taken are moved to free ones. */
  readonly autoPorts: boolean;
  /** Another run on the same stack is waited for, and not a reason to refuse. */
  readonly waitLock: boolean;
  readonly showSecrets: boolean;
}

/** Everything that can be wrong is found before anything changes; then the program runs once. */
export async function bringUp(
  context: CommandContext,
  options: UpOptions,
  startedAt = performance.now(),
): Promise<CommandResult> {
  const beginning = beginUp(context);
  const variables = new Set<string>();
  const noteVariable = (name: string): void => void variables.add(name);
  const { docker, output } = context;
  await refuseForgottenMode(context);
  let isCurrent = noteInputs(context, beginning.sources);
  const early = await blueprintOf(context, {}, noteVariable);
  await readyEngine(context, docker, options.yes);
  const orphans = await refuseStackOfOtherHome(context);
  for (const note of notesOn(early)) output.note(note);
  const beforehand = await checkBeforehand(context, early, options.autoPorts);
  const choice = await chooseForEngine(context, docker, { record: true });
  // Once is enough, unless something was decided just now.
  const isDecided = beforehand.moved.length > 0 || Object.keys(choice).length > 0;
  if (isDecided) isCurrent = noteInputs(context, beginning.sources);
  const blueprint = isDecided ? await blueprintOf(context, choice, noteVariable) : early;
  const { bases } = await beginImages(context, docker, blueprint);
  for (const note of keptVolumes(blueprint)) output.note(note);
  for (const note of describeOrphans(orphans, context.stack)) output.note(note);

  const builds = { ready: bases.ready, ...knownOfBuilds(blueprint) };
  let waited = 0;
  const ours = async (): Promise<RunResult> => {
    const watched = await watchRun(context, blueprint);
    const handed = handOverIfCurrent(context, blueprint, isCurrent);
    try {
      const { onEvent } = watched;
      const request = { context, blueprint, builds, variables: handed?.environment, onEvent };
      return await context.engine.up(await engineOptions(request));
    } finally {
      handed?.remove();
      watched.close();
    }
  };
  const running = waitForLock(context, options.waitLock, ours, (theirs) => {
    waited += theirs;
  });
  await Promise.allSettled([running, bases.all]);
  // A base that cannot be made is why the images that start from it cannot.
  await bases.all;
  const run = await running;
  if (run.outcome !== "succeeded")
    return withFindings(await reportFailure({ blueprint, run, docker }), beforehand.moved, orphans);
  recordSelection(context);
  await recordBuilds(context, blueprint);
  const milliseconds = Math.round(performance.now() - startedAt - waited);
  const snapshot = await stackSnapshot(context);
  const show = options.showSecrets || output.personal;
  const credentials = await readCredentials(blueprint, snapshot, show);
  if (orphans.length === 0 && beforehand.isAmple)
    await rememberUp(context, beginning, {
      blueprint,
      variables,
      snapshot,
      credentials,
      notes: [
        ...notesOn(blueprint),
        ...beforehand.notes,
        ...unverifiedNotes(blueprint).map(output.colors.yellow),
        ...keptVolumes(blueprint),
      ],
      room: beforehand.room,
    });
  const result = summarize({
    blueprint,
    run,
    substitutes: substitutesOf(blueprint),
    milliseconds,
    credentials,
    colors: output.resultColors,
  });
  return withFindings(result, beforehand.moved, orphans);
}

/** How long the build of an image takes, and what it may read, by its reference. */
function knownOfBuilds(blueprint: Blueprint): Required<Pick<BuildPlan, "effort" | "secrets">> {
  const built = new Map(
    imagesOf(blueprint).flatMap((image) => (image.kind === "built" ? [[image.reference, image]] : [])),
  );
  return {
    effort: (reference) => built.get(reference)?.effort ?? 0,
    secrets: (reference) => built.get(reference)?.secrets,
  };
}

/** What is told about a blueprint each time: it is wanted so, or can stay so. */
const notesOn = ({ added, agents, settings }: Blueprint): readonly string[] => [
  ...added.map(({ name, neededBy }) => `${name} comes along: ${neededBy} needs it.`),
  ...agents.flatMap(({ notes }) => notes),
  ...certificateNotes(settings, new Date()),
];

const withFindings = (
  result: CommandResult,
  movedPorts: readonly unknown[],
  orphans: readonly unknown[],
): CommandResult => ({ ...result, json: { ...result.json, movedPorts, strays: orphans } });

/** Volumes that nothing mounts any more: their data stays until somebody says otherwise. */
function keptVolumes({ settings, volumes }: Blueprint): readonly string[] {
  const kept = volumes.flatMap(({ name, mounted }) => (mounted ? [] : [name]));
  if (kept.length === 0 || settings.volumes === "all") return [];
  return [
    `Kept with their data, although nothing mounts them: ${kept.join(", ")}. ` +
      "To delete them: NASIKO_VOLUMES=none ./nasiko local up",
  ];
}
