import { engineFacts } from "../engine-host/engine-facts.ts";
import { NasikoError } from "../../platform/errors/define-error.ts";
import { unverifiedImages } from "../../platform/blueprint/images.ts";
import { mandatoryOf } from "../../policies/evaluate.ts";
import { evaluateBlueprint } from "../../policies/evaluate-blueprint.ts";
import type { CommandResult } from "../lib/command-result.ts";
import type { Handler } from "./define-command.ts";
import type { spec } from "./preview.ts";
import type { CommandContext } from "../stack/context.ts";
import { compareWith } from "../features/preview/compare.ts";
import { previewMarkdown } from "../features/preview/format-markdown.ts";
import { previewText } from "../features/preview/format-text.ts";
import { planFromEngine, planFromState } from "../features/preview/plan.ts";
import { exitCodeOf, type PreviewReport, reportPreview } from "../features/preview/report.ts";
import { EXIT } from "../lib/exit-codes.ts";
import { failedRun } from "../stack/diagnosis/failed-run.ts";
import { securityRows, securityTable } from "../render/security.ts";
import { describeOrphans } from "../stack/observe/orphans.ts";
import { refuseStackOfOtherHome } from "../stack/observe/stack-of-other-home.ts";
import { refuseForgottenMode } from "../stack/blueprint/auth-mode.ts";
import { blueprintOf } from "../stack/blueprint/blueprint.ts";
import { today } from "../lib/today.ts";

/** The plan of `local up`, in one of four ways: nothing is changed, no lock is taken. */
export const handler: Handler<typeof spec> = async (context, { options }) => {
  if (options.security) return security(context);
  await refuseForgottenMode(context);
  const print = FORMATS[options.format];
  const { compare } = options;
  if (compare !== undefined) return previewComparison(context, compare, print);
  return options.offline ? previewState(context, print) : previewEngine(context, print);
};

type Print = (report: PreviewReport) => string;

const FORMATS: Readonly<Record<"text" | "markdown" | "json", Print>> = {
  text: previewText,
  markdown: previewMarkdown,
  json: (report) => JSON.stringify(report, undefined, 2),
};

async function previewEngine(context: CommandContext, print: Print): Promise<CommandResult> {
  await blueprintOf(context);
  const orphans = await refuseStackOfOtherHome(context);
  const { run, blueprint } = await planFromEngine(context);
  if (run.outcome !== "succeeded") return failedRun(run);
  for (const note of describeOrphans(orphans, context.stack)) context.output.note(note);
  const unverified = unverifiedImages(blueprint);
  for (const reference of unverified)
    context.output.note(`! ${reference} is unverified: images.lock.json has no digest for it`);
  const { memoryMegabytes: engineMegabytes } = await engineFacts(context.docker);
  const policies = evaluateBlueprint(blueprint, { today: today(), engineMegabytes });
  const report = reportPreview({ steps: run.steps, blueprint, policies, against: "the engine" });
  return resultOf(report, print, { unverified, strays: orphans });
}

async function previewState(context: CommandContext, print: Print): Promise<CommandResult> {
  const { run, blueprint } = await planFromState(context);
  if (run.outcome !== "succeeded") return failedRun(run);
  const policies = evaluateBlueprint(blueprint, { today: today() });
  return resultOf(reportPreview({ steps: run.steps, blueprint, policies, against: "its state" }), print);
}

async function previewComparison(context: CommandContext, ref: string, print: Print): Promise<CommandResult> {
  const comparison = await compareWith(context, ref);
  if (!comparison.ok) {
    context.output.note(`The program could not be planned ${comparison.where}.`);
    return failedRun(comparison.run);
  }
  const blueprint = await blueprintOf(context);
  const policies = evaluateBlueprint(blueprint, { today: today() });
  return resultOf(reportPreview({ steps: comparison.steps, blueprint, policies, against: ref }), print);
}

function resultOf(report: PreviewReport, print: Print, more: object = {}): CommandResult {
  return {
    exitCode: exitCodeOf(report),
    text: print(report),
    json: { ok: true, steps: report.counts, ...report, ...more },
  };
}

/** The table of the rules; without an engine, what depends on it is not evaluated. */
async function security(context: CommandContext): Promise<CommandResult> {
  const blueprint = await blueprintOf(context);
  const evaluation = evaluateBlueprint(blueprint, { today: today(), ...(await engineMemory(context)) });
  return {
    exitCode: mandatoryOf(evaluation).length > 0 ? EXIT.policyViolated : EXIT.done,
    text: securityTable(evaluation),
    json: { ok: true, stack: context.stack, ...evaluation, rules: securityRows(evaluation) },
  };
}

async function engineMemory({ docker }: CommandContext): Promise<{ readonly engineMegabytes?: number }> {
  try {
    return { engineMegabytes: (await engineFacts(docker)).memoryMegabytes };
  } catch (error) {
    if (error instanceof NasikoError) return {};
    throw error;
  }
}
