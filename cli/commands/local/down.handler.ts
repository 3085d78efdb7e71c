import type { RunResult } from "../../../engine/core/engine.ts";
import { forgetBuilds } from "../../features/agents/build-record.ts";
import type { CommandResult } from "../../lib/command-result.ts";
import type { Handler } from "../define-command.ts";
import type { spec } from "./down.ts";
import type { CommandContext } from "../../stack/context.ts";
import { EXIT } from "../../lib/exit-codes.ts";
import { confirmationNeeded, dataProtected, orphansNotConfirmed } from "../errors.ts";
import { confirm, confirmByName } from "../../render/ask.ts";
import { countSteps } from "../../render/steps/count-steps.ts";
import { failedRun } from "../../stack/diagnosis/failed-run.ts";
import { narrate } from "../../render/steps/narrate.ts";
import { blueprintOf } from "../../stack/blueprint/blueprint.ts";
import { rememberedMode } from "../../stack/blueprint/auth-mode.ts";
import { engineOptions, outlivesDown, stackAddress, stackSnapshot } from "../../stack/state/deployment.ts";
import { forgetPlan } from "../../stack/observe/recall-plan.ts";
import { labelledObjects, unrecordedObjects } from "../../stack/observe/find-orphans.ts";
import { countObjects, type LabelledObject } from "../../stack/observe/orphans.ts";
import { refuseStackOfOtherHome } from "../../stack/observe/stack-of-other-home.ts";
import { removeObjects } from "../../stack/state/remove-objects.ts";
import { removeUploadedAgents } from "../../stack/state/remove-uploaded-agents.ts";
import { waitForLock } from "../../stack/state/wait-for-lock.ts";
import { snapshotFolder } from "../../features/snapshot/manifest.ts";
import { snapshotAsJson } from "../../features/snapshot/snapshot-json.ts";
import { takeSnapshot } from "../../features/snapshot/take-snapshot.ts";
import { forgetStackRecord } from "../../stack/home/stack-record.ts";
import { forgetLastUp } from "../../features/up/last-up/last-up.ts";

/** `down` keeps volumes and secrets, so that they stay together; `--volumes` is the end of both. */
export const handler: Handler<typeof spec> = async (context, { options }) => {
  const { volumes, yes, force, waitLock, snapshot, verify, removeOrphans } = options;
  await context.docker.ping();
  return waitForLock(context, waitLock, async () => {
    const first = snapshot ? () => snapshotFirst(context) : nothingFirst;
    const orphans = removeOrphans ? await unrecordedObjects(context) : await noOrphans(context);
    const request = { context, consent: { yes, force }, first };
    const result = await (volumes
      ? deleteEverything({ ...request, orphans })
      : stopRunning({ ...request, orphans: orphans.filter(({ kind }) => kind !== "volume") }));
    return verify && result.exitCode === 0 ? verified(context, result, volumes) : result;
  });
};

interface DownRequest {
  readonly context: CommandContext;
  readonly consent: Consent;
  readonly first: First;
  /** What is to go as well, although the state does not know it. */
  readonly orphans: readonly LabelledObject[];
}

/** Nothing that the state does not know is touched; without a state there would be nothing to do. */
async function noOrphans(context: CommandContext): Promise<readonly LabelledObject[]> {
  await refuseStackOfOtherHome(context);
  return [];
}

/** What is done once everything is agreed on, before anything goes; its words for the result. */
type First = () => Promise<Pick<CommandResult, "text" | "json">>;

const nothingFirst: First = () => Promise.resolve({ text: "", json: {} });

async function snapshotFirst(context: CommandContext): ReturnType<First> {
  const blueprint = await blueprintOf(context, await rememberedMode(context));
  const taken = await takeSnapshot({ context, blueprint, waitUntilReady: false });
  return {
    text: `\nSnapshot ${taken.id}; to bring it back: ./nasiko --stack ${context.stack} local restore ${taken.id}`,
    json: { snapshot: snapshotAsJson(taken, snapshotFolder(context.home, taken.id)) },
  };
}

/** What `up` with `nasiko:running=false` leaves, told from the state alone: settings that are broken stop nobody. */
async function stopRunning({ context, consent, first, orphans }: DownRequest): Promise<CommandResult> {
  const { stack, terminal } = context;
  const question = `Remove ${countObjects(orphans)} of stack ${stack} that its state does not know?`;
  if (orphans.length > 0 && !consent.yes && !(await confirm(terminal, question)))
    throw orphansNotConfirmed({ stack, found: countObjects(orphans) });
  const before = await first();
  const options = await engineOptions({ context, blueprint: undefined, onEvent: narrate(context.output) });
  await withoutUnrecorded(context, orphans);
  const run = await context.engine.destroy({ ...options, excludes: outlivesDown });
  const done = `Containers and networks are gone; data and secrets are kept.${besides(orphans)}`;
  return resultOf(context, run, done, before);
}

/** The networks, which go with the run, are not to have containers that no state records. */
const withoutUnrecorded = (
  { engine, docker, stack, home }: CommandContext,
  orphans: readonly LabelledObject[],
): Promise<void> =>
  engine.holdStack(stackAddress({ stack, home }), async () => {
    await removeUploadedAgents(docker, stack);
    await removeObjects(docker, orphans);
  });

const besides = (orphans: readonly LabelledObject[]): string =>
  orphans.length === 0 ? "" : ` So are ${countObjects(orphans)} that the state did not know.`;

/** What was agreed to on the command line. */
interface Consent {
  readonly yes: boolean;
  readonly force: boolean;
}

async function deleteEverything({ context, consent, first, orphans }: DownRequest): Promise<CommandResult> {
  const includeProtected = await requireConsent(context, consent, orphans);
  const before = await first();
  const options = await engineOptions({ context, blueprint: undefined, onEvent: narrate(context.output) });
  await withoutUnrecorded(context, orphans);
  const run = await context.engine.destroy({ ...options, includeProtected });
  if (run.outcome === "succeeded") {
    forgetStackRecord(context.home, context.stack);
    forgetLastUp(context);
    forgetPlan(context);
    forgetBuilds(context.home, context.stack);
  }
  const done = `Containers, networks, volumes and secrets are gone.${besides(orphans)}`;
  return resultOf(context, run, done, before);
}

/**
 * Asks for what has not been agreed to yet.
 * @returns whether protected data was agreed on: what becomes protected after this look is not
 * @throws NSK-CONFIRMATION-NEEDED, NSK-DATA-PROTECTED when nobody agreed
 */
async function requireConsent(
  context: CommandContext,
  { yes, force }: Consent,
  orphans: readonly LabelledObject[],
): Promise<boolean> {
  const { stack } = context;
  const state = await stackSnapshot(context);
  const names = (state?.resources ?? []).flatMap(({ protect, name }) => (protect ? [name] : []));
  if (names.length > 0) {
    const question = `The data of stack ${stack} is protected. Type the stack's name to delete it for ever.`;
    if (!(yes && force) && !(await confirmByName(context.terminal, question, stack)))
      throw dataProtected({ stack, names });
    return true;
  }
  const all = orphans.length === 0 ? "" : `, and ${countObjects(orphans)} that its state does not know`;
  const question = `Delete stack ${stack} with all its data and secrets${all}? This cannot be undone.`;
  if (!yes && !(await confirm(context.terminal, question)))
    throw confirmationNeeded({ stack, removeOrphans: orphans.length > 0 });
  return false;
}

function resultOf(
  context: CommandContext,
  run: RunResult,
  done: string,
  before: Awaited<ReturnType<First>>,
): CommandResult {
  if (run.outcome !== "succeeded") return failedRun(run);
  const { counts, text } = countSteps(run.steps);
  return {
    exitCode: 0,
    text: `Stack ${context.stack}: ${text}. ${done}${before.text}`,
    json: { ok: true, stack: context.stack, steps: counts, ...before.json },
  };
}

/** Asks the engine, not the state, what still carries the stack's label; without `--volumes` its volumes may. */
async function verified(
  { docker, stack }: CommandContext,
  result: CommandResult,
  everything: boolean,
): Promise<CommandResult> {
  const left = await labelledObjects(docker, stack);
  const unexpected = left.filter(({ kind }) => everything || kind !== "volume");
  const json = { ...result.json, left: left.map(({ kind, name }) => ({ kind, name })) };
  if (unexpected.length > 0) {
    const names = unexpected.map(({ kind, name }) => `${kind} ${name}`);
    return {
      exitCode: EXIT.leftBehind,
      text: `${result.text}\nStill there: ${names.join(", ")}`,
      json: { ...json, ok: false },
    };
  }
  const kept = left.length === 0 ? "nothing is left of it" : `only its ${left.length} volumes are left`;
  return { ...result, text: `${result.text}\nVerified on the engine: ${kept}.`, json };
}
