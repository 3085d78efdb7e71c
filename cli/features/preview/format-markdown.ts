import { sumUp } from "../../render/security.ts";
import type { PlannedChange, PreviewReport } from "./report.ts";
import { describeCounts } from "../../render/steps/count-steps.ts";
import { memoryLine, propertyLine, radiusLines } from "./wording.ts";

/** For a comment on a pull request: what matters open, the rest folded away. */
export function previewMarkdown(report: PreviewReport): string {
  const { stack, against, changes, lostVolumes, policies } = report;
  const restarts = changes.filter(({ blastRadius }) => blastRadius?.restarts === true);
  return [
    `### Preview of stack \`${stack}\` against ${against}`,
    "",
    `**${describeCounts(report.counts).text}** · ${memoryLine(report)} · policies: ${sumUp(policies)}`,
    ...(lostVolumes.length === 0
      ? []
      : ["", `> [!CAUTION]`, `> Deleted with their data: ${lostVolumes.map(code).join(", ")}`]),
    ...(changes.length === 0 ? [] : ["", ...changeTable(changes)]),
    ...(restarts.length === 0 ? [] : ["", "#### Blast radius", "", ...restarts.map(radiusItem)]),
    ...(policies.findings.length === 0 ? [] : ["", "#### Policy findings", "", ...findingItems(report)]),
    "",
    ...folded("Images", imageTable(report)),
    "",
  ].join("\n");
}

function changeTable(changes: readonly PlannedChange[]): readonly string[] {
  return [
    "| step | what | why |",
    "| --- | --- | --- |",
    ...changes.map(({ operation, resource, reason, properties }) => {
      const why = [
        ...(reason === undefined ? [] : [reason]),
        ...properties.map((one) => code(propertyLine(one))),
      ];
      return `| ${operation} | ${resource} | ${why.map(cell).join("<br>")} |`;
    }),
  ];
}

function radiusItem({ resource, blastRadius }: PlannedChange): string {
  return `- **${resource}** ${blastRadius === undefined ? "" : radiusLines(blastRadius).join("; ")}`;
}

const findingItems = ({ policies: { findings } }: PreviewReport): readonly string[] =>
  findings.map(
    ({ rule, level, subject, message }) =>
      `- ${level === "mandatory" ? "🛑" : "⚠️"} **${rule}** ${subject} ${message}`,
  );

const imageTable = ({ images }: PreviewReport): readonly string[] => [
  "| image | fixed by |",
  "| --- | --- |",
  ...images.map(({ reference, fixedBy }) => `| ${code(reference)} | ${code(fixedBy)} |`),
];

const folded = (title: string, lines: readonly string[]): readonly string[] => [
  `<details><summary>${title}</summary>`,
  "",
  ...lines,
  "",
  "</details>",
];

const code = (text: string): string => `\`${text.replaceAll("`", "'")}\``;

/** A cell of a table ends at a bar or a new line. */
const cell = (text: string): string =>
  text
    .replaceAll("|", "\\|")
    .split("\n")
    .map((line) => line.trim())
    .join(" ");
