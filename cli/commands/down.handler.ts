import type { RunResult } from "../../engine/core/engine.ts";
import type { CommandResult, Handler } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { confirmationNeeded } from "./errors.ts";
import { confirm } from "../output/confirm.ts";
import { countSteps } from "../report/count-steps.ts";
import { failedRun } from "../report/failed-run.ts";
import { narrate } from "../report/narrate.ts";
import { connectDocker, engineOptions } from "../run/deployment.ts";
import { forgetStackRecord } from "../stack-record.ts";

/** `down` is `up` without anything that runs, so volumes and secrets stay together; `--volumes` is the end of both. */
export const handler: Handler = async (context, { volumes, yes }) => {
  await connectDocker(context).ping();
  return volumes === true ? deleteEverything(context, yes === true) : stopRunning(context);
};

async function stopRunning(context: CommandContext): Promise<CommandResult> {
  const overrides = { "nasiko:running": "false" };
  await context.settings(overrides);
  const { up } = await import("../../engine/core/engine.ts");
  const run = await up(await engineOptions({ context, overrides, onEvent: narrate(context.output) }));
  return resultOf(context, run, "Containers and networks are gone; data and secrets are kept.");
}

async function deleteEverything(context: CommandContext, yes: boolean): Promise<CommandResult> {
  const question = `Delete stack ${context.stack} with all its data and secrets? This cannot be undone.`;
  if (!yes && !(await confirm(question))) throw confirmationNeeded({ stack: context.stack });
  const { destroy } = await import("../../engine/core/engine.ts");
  const run = await destroy(await engineOptions({ context, onEvent: narrate(context.output) }));
  if (run.outcome === "succeeded") forgetStackRecord(context.home, context.stack);
  return resultOf(context, run, "Containers, networks, volumes and secrets are gone.");
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
