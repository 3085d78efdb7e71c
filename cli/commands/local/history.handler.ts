import type { PastRun, PastStep } from "../../../engine/core/history.ts";
import type { Handler } from "../define-command.ts";
import { seconds, utc } from "../../render/amounts.ts";
import { table } from "../../render/table.ts";
import { stackAddress } from "../../stack/state/deployment.ts";
import type { spec } from "./history.ts";

/** The last runs on the stack's state, whichever engine made them. */
export const handler: Handler<typeof spec> = async ({ stack, home }, { options }) => {
  // Here, not above: who looks for help does not need it.
  const { readHistory } = await import("../../../engine/core/history.ts");
  const runs = await readHistory(stackAddress({ stack, home }), options.limit);
  const lines = options.steps ? runs.map(withSteps) : [table([HEAD, ...runs.map(row)])];
  return {
    exitCode: 0,
    text: runs.length === 0 ? `Nothing was done with stack ${stack} yet.` : lines.join("\n"),
    json: { ok: true, stack, runs: runs.map(asJson) },
  };
};

const HEAD = ["WHEN", "TOOK", "WHO", "WHAT", "RESULT", "CHANGES"];

const row = ({ kind, result, startedAt, finishedAt, by, changes }: PastRun): readonly string[] => [
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

const withSteps = (run: PastRun): string =>
  [row(run).join("  "), ...(run.steps ?? []).filter(isChange).map((step) => `    ${stepLine(step)}`)].join(
    "\n",
  );

const isChange = ({ operation, failed }: PastStep): boolean => operation !== "same" || failed === true;

const stepLine = ({ name, operation, changed, reason, failed }: PastStep): string =>
  [
    `${operation} ${name}`,
    ...(changed.length === 0 ? [] : [`(${changed.join(", ")})`]),
    ...(reason === undefined ? [] : [`because ${reason}`]),
    ...(failed === true ? ["failed"] : []),
  ].join(" ");

const asJson = ({ startedAt, finishedAt, by, ...run }: PastRun): Readonly<Record<string, unknown>> => ({
  ...run,
  by: by ?? null,
  start: new Date(startedAt).toISOString(),
  end: new Date(finishedAt).toISOString(),
});
