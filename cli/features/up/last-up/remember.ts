import type { StackSnapshot } from "../../../../engine/core/engine.ts";
import { agentStatusUrl, type Blueprint } from "../../../../platform/blueprint/blueprint.ts";
import { imagesOf } from "../../../../platform/blueprint/images.ts";
import { baseIdentity } from "../../../../platform/images/base-recipes.ts";
import { bundleImages } from "../../../../services/bundle/bundle.ts";
import { describeResource } from "../../../render/steps/progress.ts";
import { basesOf } from "../../../stack/blueprint/prepare-images.ts";
import type { CommandContext } from "../../../stack/context.ts";
import type { Credential } from "../credentials.ts";
import { substitutesOf } from "../substitutes.ts";
import { digestOf, type Sources } from "../../../stack/inputs/digest.ts";
import { coloursOf, keepLastUp, type Room } from "./last-up.ts";
import { lateFiles, lateFolders, sourcesOf } from "../../../stack/inputs/sources.ts";

/** A run that may be remembered: what it reads is held against the end of the run. */
export interface Beginning {
  readonly sources: Sources;
  readonly before: string;
  readonly startedAt: number;
}

/** To be called before anything is read. */
export function beginUp(context: CommandContext): Beginning {
  // Made from other inputs, and inputs themselves: a run that made them would look as if somebody had edited them.
  bundleImages(context.root);
  const sources = sourcesOf(context);
  return { sources, before: digestOf(context, sources, coloursOf(context)), startedAt: Date.now() };
}

/** What is known after a run that succeeded. */
export interface Ending {
  readonly blueprint: Blueprint;
  /** Names of variables that agents asked for. */
  readonly variables: ReadonlySet<string>;
  readonly snapshot: StackSnapshot | undefined;
  readonly credentials: readonly Credential[];
  readonly notes: readonly string[];
  readonly room: Room | undefined;
}

/** Types of what the engine lists by the label of a stack. */
const LISTED = /:(?:Container|Network|Volume)$/;

/** Makes it possible that the next `up` need not run the program, see {@link keepLastUp}. */
export async function rememberUp(
  context: CommandContext,
  beginning: Beginning,
  ending: Ending,
): Promise<void> {
  const { blueprint, variables, snapshot, credentials, notes, room } = ending;
  const isSettled =
    snapshot?.operations.length === 0 &&
    snapshot.resources.every(
      (each) => !each.delete && !each.pendingReplacement && each.initErrors.length === 0,
    );
  if (!isSettled) return;
  const { sources } = beginning;
  // The stack is up, whatever became of its settings meanwhile; without a record the next `up` runs the program.
  const settings = await context.settings().catch(() => undefined);
  if (settings === undefined) return;
  // A variable that an agent names was not known when the run began, but no process changes its own environment.
  const named = { ...sources, variables: [...sources.variables, ...variables] };
  const listed = snapshot.resources.filter(({ type, custom }) => custom && LISTED.test(type));
  await keepLastUp({
    context,
    ...beginning,
    named,
    late: lateFolders(context, blueprint),
    lateFiles: lateFiles(context, settings),
    look: {
      stack: context.stack,
      images: [
        ...imagesOf(blueprint).map(({ reference }) => reference),
        ...basesOf(blueprint).map((name) => baseIdentity(name).reference),
      ],
      registry: blueprint.agents.length === 0 ? undefined : agentStatusUrl(blueprint),
    },
    recorded: new Set(listed.flatMap(({ id }) => id ?? [])),
    room,
    told: {
      notes,
      urls: blueprint.urls,
      ...substitutesOf(blueprint),
      unchanged: snapshot.resources.filter((each) => describeResource(each) !== undefined).length,
      credentials: credentials.map((each) => ({ ...each, password: undefined })),
    },
  });
}
