import type { RunResult, StepReport } from "../../../engine/core/engine.ts";
import type { Blueprint } from "../../../platform/blueprint/blueprint.ts";
import type { Substitutes } from "./substitutes.ts";
import type { CommandResult } from "../../lib/command-result.ts";
import type { Colors } from "../../render/output.ts";
import { seconds } from "../../render/amounts.ts";
import { table } from "../../render/table.ts";
import { countSteps, describeCounts } from "../../render/steps/count-steps.ts";
import { type Credential, describeCredentials } from "./credentials.ts";
import { describeResource } from "../../render/steps/progress.ts";
import { criticalPath, describePath, drawTimeline, type Span, spansOf } from "./timeline.ts";

export interface SummaryRequest {
  readonly blueprint: Blueprint;
  readonly run: RunResult;
  readonly substitutes: Substitutes;
  /** From the start of the command. */
  readonly milliseconds: number;
  readonly credentials: readonly Credential[];
  readonly colors: Colors;
}

/** What a successful `up` leaves its user with: addresses, time per container, stand-ins. */
export function summarize(request: SummaryRequest): CommandResult {
  const { blueprint, run, substitutes, ...rest } = request;
  const changed = run.steps.filter((step) => step.operation !== "same" && step.type.startsWith("docker:"));
  const spans = spansOf(changed);
  return describe({
    ...rest,
    ...substitutes,
    stack: blueprint.settings.stack,
    urls: blueprint.urls,
    steps: countSteps(run.steps),
    changed,
    spans,
    path: criticalPath(blueprint, spans),
  });
}

/** The same for an `up` that had nothing to do, and knew it without a run. */
export const summarizeUnchanged = (
  request: Omit<Summary, "steps" | "changed" | "spans" | "path"> & { readonly unchanged: number },
): CommandResult =>
  describe({
    ...request,
    steps: describeCounts({ same: request.unchanged }),
    changed: [],
    spans: [],
    path: [],
  });

interface Summary extends Pick<SummaryRequest, "milliseconds" | "credentials" | "colors">, Substitutes {
  readonly stack: string;
  readonly urls: Blueprint["urls"];
  readonly steps: ReturnType<typeof countSteps>;
  readonly changed: readonly StepReport[];
  readonly spans: readonly Span[];
  readonly path: readonly Span[];
}

function describe(summary: Summary): CommandResult {
  const {
    stack,
    milliseconds,
    steps,
    urls,
    standIns,
    otherBuilds,
    credentials,
    spans,
    path,
    changed,
    colors,
  } = summary;
  const text = [
    `Stack ${stack} is ready after ${seconds(milliseconds)}; ${steps.text}.`,
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
    stack: stack,
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

const group = (title: string, text: string, colors: Colors): readonly string[] =>
  text === "" ? [] : [colors.bold(title), text];

const stepAsJson = (step: StepReport): unknown => ({
  resource: describeResource(step) ?? step.name,
  operation: step.operation,
  milliseconds: step.finishedAt - step.startedAt,
  changed: step.changed,
  reason: step.reason,
});
