import type { RunResult, StepReport } from "../../../engine/core/engine.ts";
import type { Blueprint } from "../../../platform/blueprint/blueprint.ts";
import { isStandIn, type PlannedImage } from "../../../platform/blueprint/images.ts";
import type { CommandResult } from "../../lib/command-result.ts";
import type { Colors } from "../../render/output.ts";
import { seconds, table } from "../../render/table.ts";
import { countSteps } from "../../render/steps/count-steps.ts";
import { type Credential, describeCredentials } from "./credentials.ts";
import { describeResource } from "../../render/steps/progress.ts";
import { criticalPath, describePath, drawTimeline, spansOf } from "./timeline.ts";

export interface SummaryRequest {
  readonly blueprint: Blueprint;
  readonly run: RunResult;
  /** From the start of the command. */
  readonly milliseconds: number;
  readonly credentials: readonly Credential[];
  readonly colors: Colors;
}

/** What a successful `up` leaves its user with: addresses, time per container, stand-ins. */
export function summarize(request: SummaryRequest): CommandResult {
  const { blueprint, run, milliseconds, credentials, colors } = request;
  const { settings, urls, images } = blueprint;
  const steps = countSteps(run.steps);
  const changed = run.steps.filter((step) => step.operation !== "same" && step.type.startsWith("docker:"));
  const spans = spansOf(changed);
  const path = criticalPath(blueprint, spans);
  const standIns = images.filter(isStandIn).map(({ name }) => name);
  const otherBuilds = images.flatMap(describeOtherBuild);
  const text = [
    `Stack ${settings.stack} is ready after ${seconds(milliseconds)}; ${steps.text}.`,
    ...group("Addresses", table(urls.map(({ label, url }) => [`  ${label}`, url])), colors),
    ...group("Credentials", describeCredentials(credentials), colors),
    ...group("Timeline", drawTimeline(spans), colors),
    ...(path.length < 2 ? [] : [`Critical path: ${describePath(path)}`]),
    ...(standIns.length === 0 ? [] : [`Stand-ins, because no registry is used: ${standIns.join(", ")}`]),
    ...(otherBuilds.length === 0
      ? []
      : [`Other versions, because no registry is used: ${otherBuilds.join(", ")}`]),
  ].join("\n");
  const json = {
    ok: true,
    stack: settings.stack,
    milliseconds,
    steps: steps.counts,
    changed: changed.map(stepAsJson),
    criticalPath: path.map(({ name, from, to }) => ({ name, milliseconds: to - from })),
    urls: Object.fromEntries(urls.map(({ label, url }) => [label, url])),
    credentials,
    standIns,
  };
  return { exitCode: 0, text, json };
}

/** @example "redis 7.0.15 for 7.4.11-alpine" */
const describeOtherBuild = ({ name, substitute }: PlannedImage): readonly string[] =>
  substitute === undefined || substitute.kind === "stand-in"
    ? []
    : [`${name} ${substitute.version} for ${substitute.official}`];

const group = (title: string, text: string, colors: Colors): readonly string[] =>
  text === "" ? [] : [colors.bold(title), text];

const stepAsJson = (step: StepReport): unknown => ({
  resource: describeResource(step) ?? step.name,
  operation: step.operation,
  milliseconds: step.finishedAt - step.startedAt,
  changed: step.changed,
  reason: step.reason,
});
