import type { PastRun, PastStep } from "../../../engine/core/history.ts";
import { seconds, utc } from "../../render/amounts.ts";
import { table } from "../../render/table.ts";
import type { AccessChange, Event } from "./events.ts";
import type { AgentChange } from "./worker-trail.ts";

const HEAD = ["WHEN", "TOOK", "WHO", "WHAT", "RESULT", "CHANGES"];
/** Characters of a cell that somebody else filled. */
const WIDEST = 120;

/** Events as a table, or one below the other with the steps of each run. */
export function eventsAsText(events: readonly Event[], { steps }: { readonly steps: boolean }): string {
  if (!steps) return table([HEAD, ...events.map(row)]);
  return events
    .map((event) =>
      [
        row(event)
          .filter((cell) => cell !== "")
          .map(oneLine)
          .join("  "),
        ...(event.kind === "run" ? changesOf(event.run) : []),
      ].join("\n"),
    )
    .join("\n");
}

/** An event for programs. */
export const eventAsJson = (event: Event): Readonly<Record<string, unknown>> =>
  event.kind === "run"
    ? { event: event.kind, ...runAsJson(event.run) }
    : { event: event.kind, ...event.change, at: new Date(event.at).toISOString() };

export const runAsJson = ({
  startedAt,
  finishedAt,
  by,
  ...run
}: PastRun): Readonly<Record<string, unknown>> => ({
  ...run,
  by: by ?? null,
  start: new Date(startedAt).toISOString(),
  end: new Date(finishedAt).toISOString(),
});

function row(event: Event): readonly string[] {
  if (event.kind === "run") return runRow(event.run);
  return event.kind === "agent" ? agentRow(event.change) : accessRow(event.change);
}

const runRow = ({ kind, result, startedAt, finishedAt, by, changes }: PastRun): readonly string[] => [
  utc(startedAt),
  seconds(finishedAt - startedAt),
  // What the Pulumi CLI writes names nobody.
  by ?? "(pulumi)",
  kind,
  result,
  Object.entries(changes)
    .filter(([operation]) => operation !== "same")
    .map(([operation, number]) => `${number} ${operation}`)
    .join(", "),
];

const agentRow = ({ at, agent, command, stage, owner = "", error = "" }: AgentChange): readonly string[] => [
  ...[utc(at), "", owner],
  `${command === "" ? "agent" : command.replaceAll("_", " ")} ${agent}`,
  stage,
  short(error),
];

const accessRow = ({ at, actor, action, target, detail }: AccessChange): readonly string[] => [
  ...[utc(at), "", actor],
  short(`${action} ${target}`),
  action.endsWith(".refused") ? "refused" : "done",
  short(
    Object.entries(detail)
      .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
      .join(", "),
  ),
];

const changesOf = ({ steps = [] }: PastRun): readonly string[] =>
  steps.filter(isChange).map((step) => `    ${stepLine(step)}`);

const isChange = ({ operation, failed }: PastStep): boolean => operation !== "same" || failed === true;

const stepLine = ({ name, operation, changed, reason, failed }: PastStep): string =>
  [
    `${operation} ${name}`,
    ...(changed.length === 0 ? [] : [`(${changed.join(", ")})`]),
    ...(reason === undefined ? [] : [`because ${reason}`]),
    ...(failed === true ? ["failed"] : []),
  ].join(" ");

const oneLine = (text: string): string => text.replaceAll(/[\r\n]+/g, " ");

const short = (text: string): string => (text.length > WIDEST ? `${text.slice(0, WIDEST - 1)}…` : text);
