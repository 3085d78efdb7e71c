import { findingLine, sumUp } from "../../render/security.ts";
import type { PlannedChange, PreviewReport } from "./report.ts";
import { describeCounts } from "../../render/steps/count-steps.ts";
import { memoryLine, propertyLine, radiusLines } from "./wording.ts";

const SYMBOL: Readonly<Record<PlannedChange["operation"], string>> = {
  create: "+",
  update: "~",
  replace: "±",
  delete: "-",
};

/** For a terminal: a line per change, indented below it why and what follows. */
export function previewText(report: PreviewReport): string {
  const { stack, against, lostVolumes, policies } = report;
  return [
    ...report.changes.flatMap(changeLines),
    ...lostVolumes.map((volume) => `! volume ${volume} is deleted with its data`),
    ...policies.findings.map(findingLine),
    `${stack} against ${against}: ${describeCounts(report.counts).text}; ${memoryLine(report)}; policies: ${sumUp(policies)}`,
  ].join("\n");
}

function changeLines({
  resource,
  operation,
  reason,
  properties,
  blastRadius,
}: PlannedChange): readonly string[] {
  const head = `${SYMBOL[operation]} ${operation.padEnd(8)}${resource}`;
  return [
    reason === undefined ? head : `${head} (${reason})`,
    ...properties.map((property) => `      ${propertyLine(property)}`),
    ...(blastRadius === undefined ? [] : radiusLines(blastRadius).map((line) => `      → ${line}`)),
  ];
}
