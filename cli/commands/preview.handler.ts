import { unverifiedImages } from "../../platform/blueprint/images.ts";
import { failedRun } from "../report/failed-run.ts";
import { type Evaluation, mandatoryOf } from "../../policies/evaluate.ts";
import { judgeBlueprint } from "../../policies/judge-blueprint.ts";
import type { CommandResult, Handler } from "../command.ts";
import { countSteps } from "../report/count-steps.ts";
import { describeResource, planLine } from "../report/progress.ts";
import { securityRows, securityTable } from "../report/security.ts";
import { describeStray } from "../report/strays.ts";
import { blueprintOf } from "../run/blueprint.ts";
import { choosePublicImages } from "../run/choose-public-images.ts";
import { engineOptions } from "../run/deployment.ts";
import { findStrays } from "../run/find-strays.ts";
import { today } from "../run/today.ts";

/** Exit code when a mandatory rule is violated. */
const POLICY_VIOLATED = 3;

/** The plan of `local up`: nothing is changed, no lock is taken. */
export const handler: Handler = async (context, options) => {
  const evaluation = judgeBlueprint(await blueprintOf(context), { today: today() });
  if (options["security"] === true) return security(context.stack, evaluation);
  const { docker } = context;
  await docker.ping();
  const overrides = await choosePublicImages(context, docker, { record: false });
  const unverified = unverifiedImages(await blueprintOf(context, overrides));
  const [run, strays] = await Promise.all([
    engineOptions({ context, overrides, onEvent: () => undefined }).then((options) =>
      context.engine.preview(options),
    ),
    findStrays(context, docker),
  ]);
  if (run.outcome !== "succeeded") return failedRun(run);
  const { counts, text } = countSteps(run.steps);
  const lines = [
    ...strays.map((stray) => describeStray(stray, context.stack)),
    ...run.steps.flatMap((step) => planLine(step) ?? []),
  ];
  return {
    exitCode: 0,
    text: [...lines, ...unverified.map(unverifiedLine), `${context.stack}: ${text}`].join("\n"),
    json: {
      ok: true,
      stack: context.stack,
      steps: counts,
      unverified,
      strays,
      changes: run.steps
        .filter((step) => step.operation !== "same" && describeResource(step) !== undefined)
        .map((step) => ({
          resource: describeResource(step),
          operation: step.operation,
          changed: step.changed,
          reason: step.reason,
        })),
    },
  };
};

/** The table of the rules; needs no engine. */
const security = (stack: string, evaluation: Evaluation): CommandResult => ({
  exitCode: mandatoryOf(evaluation).length > 0 ? POLICY_VIOLATED : 0,
  text: securityTable(evaluation),
  json: { ok: true, stack, ...evaluation, rules: securityRows(evaluation) },
});

const unverifiedLine = (reference: string): string =>
  `! ${reference} is unverified: images.lock.json has no digest for it`;
