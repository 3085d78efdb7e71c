import type { RunResult } from "../../engine/core/engine.ts";
import { forgetBuilds } from "../agents/build-record.ts";
import type { CommandResult, Handler } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { confirmationNeeded, dataProtected } from "./errors.ts";
import { confirm, confirmByName } from "../output/confirm.ts";
import { countSteps } from "../report/count-steps.ts";
import { failedRun } from "../report/failed-run.ts";
import { narrate } from "../report/narrate.ts";
import { rememberedMode } from "../run/auth-mode.ts";
import { engineOptions, stackSnapshot } from "../run/deployment.ts";
import { waitForLock } from "../run/wait-for-lock.ts";
import { forgetStackRecord } from "../stack-record.ts";

/** `down` is `up` without anything that runs, so volumes and secrets stay together; `--volumes` is the end of both. */
export const handler: Handler = async (context, { volumes, yes, force, waitLock }) => {
  await context.docker.ping();
  return waitForLock(context, waitLock === true, async () =>
    volumes === true
      ? deleteEverything(context, { yes: yes === true, force: force === true })
      : stopRunning(context),
  );
};

async function stopRunning(context: CommandContext): Promise<CommandResult> {
  const overrides = { ...(await rememberedMode(context)), "nasiko:running": "false" };
  await context.settings(overrides);
  const run = await context.engine.up(
    await engineOptions({ context, overrides, onEvent: narrate(context.output) }),
  );
  return resultOf(context, run, "Containers and networks are gone; data and secrets are kept.");
}

/** What was agreed to on the command line. */
interface Consent {
  readonly yes: boolean;
  readonly force: boolean;
}

async function deleteEverything(context: CommandContext, consent: Consent): Promise<CommandResult> {
  const includeProtected = await requireConsent(context, consent);
  const options = await engineOptions({ context, onEvent: narrate(context.output) });
  const run = await context.engine.destroy({ ...options, includeProtected });
  if (run.outcome === "succeeded") {
    forgetStackRecord(context.home, context.stack);
    forgetBuilds(context.home, context.stack);
  }
  return resultOf(context, run, "Containers, networks, volumes and secrets are gone.");
}

/**
 * Asks for what has not been agreed to yet.
 * @returns whether protected data was agreed on: what becomes protected after this look is not
 * @throws NSK-CONFIRMATION-NEEDED, NSK-DATA-PROTECTED when nobody agreed
 */
async function requireConsent(context: CommandContext, { yes, force }: Consent): Promise<boolean> {
  const { stack } = context;
  const state = await stackSnapshot(context);
  const names = (state?.resources ?? []).flatMap(({ protect, name }) => (protect ? [name] : []));
  if (names.length > 0) {
    const question = `The data of stack ${stack} is protected. Type the stack's name to delete it for ever.`;
    if (!(yes && force) && !(await confirmByName(question, stack))) throw dataProtected({ stack, names });
    return true;
  }
  const question = `Delete stack ${stack} with all its data and secrets? This cannot be undone.`;
  if (!yes && !(await confirm(question))) throw confirmationNeeded({ stack });
  return false;
}

function resultOf(context: CommandContext, run: RunResult, done: string): CommandResult {
  if (run.outcome !== "succeeded") return failedRun(run);
  const { counts, text } = countSteps(run.steps);
  return {
    exitCode: 0,
    text: `Stack ${context.stack}: ${text}. ${done}`,
    json: { ok: true, stack: context.stack, steps: counts },
  };
}
