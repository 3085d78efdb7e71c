import type { RunResult, StepReport } from "../../engine/core/engine.ts";
import type { Blueprint } from "../../platform/blueprint/blueprint.ts";
import type { CommandResult } from "../command.ts";
import { seconds, table } from "../output/table.ts";
import { countSteps } from "./count-steps.ts";
import { describeResource } from "./progress.ts";

export interface SummaryRequest {
  readonly blueprint: Blueprint;
  readonly run: RunResult;
  /** From the start of the command. */
  readonly milliseconds: number;
}

/** What a successful `up` leaves its user with: addresses, time per container, stand-ins. */
export function summarize({ blueprint, run, milliseconds }: SummaryRequest): CommandResult {
  const { settings, urls, images } = blueprint;
  const steps = countSteps(run.steps);
  const changed = run.steps.filter((step) => step.operation !== "same" && step.type.startsWith("docker:"));
  const containers = changed.filter(
    (step) => step.type.endsWith(":Container") && step.operation !== "delete",
  );
  const standIns = images.filter((image) => image.standin).map(({ name }) => name);
  const text = [
    `Stack ${settings.stack} is ready after ${seconds(milliseconds)}; ${steps.text}.`,
    table(urls.map(({ label, url }) => [`  ${label}`, url])),
    ...(containers.length === 0 ? [] : ["Time per container:", table(containers.map(timeRow))]),
    ...(standIns.length === 0 ? [] : [`Stand-ins, because no registry is used: ${standIns.join(", ")}`]),
  ].join("\n");
  const json = {
    ok: true,
    stack: settings.stack,
    milliseconds,
    steps: steps.counts,
    changed: changed.map(stepAsJson),
    urls: Object.fromEntries(urls.map(({ label, url }) => [label, url])),
    standIns,
  };
  return { exitCode: 0, text, json };
}

const timeRow = (step: StepReport): readonly string[] => [
  `  ${step.name}`,
  step.operation,
  seconds(step.finishedAt - step.startedAt),
];

const stepAsJson = (step: StepReport): unknown => ({
  resource: describeResource(step) ?? step.name,
  operation: step.operation,
  milliseconds: step.finishedAt - step.startedAt,
  changed: step.changed,
  reason: step.reason,
});
