import type { Evaluation, Violation } from "../../policies/evaluate.ts";
import { RULES } from "../../policies/rules/all.ts";
import { table } from "./table.ts";

/** How a rule fares on a stack. */
interface RuleRow {
  readonly id: string;
  readonly title: string;
  readonly level: string;
  readonly source: string;
  readonly adapted?: string;
  readonly findings: readonly Pick<Violation, "subject" | "message">[];
  readonly waived: number;
  /** What is not known, so that nobody could evaluate it. */
  readonly without?: string;
}

/** Every rule with what was found, for people and programs. */
export function securityRows({ strictness, findings, waived, notEvaluated }: Evaluation): readonly RuleRow[] {
  return RULES.map(({ id, title, source, levels, adapted }) => ({
    id,
    title,
    level: levels[strictness],
    source,
    ...(adapted === undefined ? {} : { adapted }),
    findings: findings
      .filter(({ rule }) => rule === id)
      .map(({ subject, message }) => ({ subject, message })),
    waived: waived.filter(({ rule }) => rule === id).length,
    ...withoutOf(id, notEvaluated),
  }));
}

/** The table of `preview --security`, then findings and waivers in full. */
export function securityTable(evaluation: Evaluation): string {
  const rows = securityRows(evaluation);
  const { findings, waived, strictness, rulesChecked, unusedWaivers } = evaluation;
  const waivers = [...Map.groupBy(waived, ({ rule, reason, until }) => `${rule} until ${until}: ${reason}`)];
  return [
    table([
      ["rule", "level", "state", "asks for"],
      ...rows.map((row) => [row.id, row.level, stateOf(row), row.title]),
    ]),
    ...(findings.length === 0 ? [] : ["", "Findings", ...findings.map(findingLine)]),
    ...(waivers.length === 0
      ? []
      : [
          "",
          "Waived",
          ...waivers.map(([why, group]) => `  ${why} (${group.map(({ subject }) => subject).join(", ")})`),
        ]),
    ...(unusedWaivers.length === 0
      ? []
      : [
          "",
          "Waivers that nothing on this stack needs",
          ...unusedWaivers.map(({ rule, subject }) => `  ${rule} for ${subject}`),
        ]),
    "",
    `${rulesChecked} rules, ${strictness}: ${sumUp(evaluation)}`,
  ].join("\n");
}

export const findingLine = ({ rule, level, subject, message }: Violation): string =>
  `  ${level === "mandatory" ? "✗" : "!"} ${rule} ${subject} ${message}`;

/** @example "0 mandatory, 2 advisory, 15 waived" */
export function sumUp({ findings, waived }: Evaluation): string {
  const mandatory = findings.filter(({ level }) => level === "mandatory").length;
  return `${mandatory} mandatory, ${findings.length - mandatory} advisory, ${waived.length} waived`;
}

function withoutOf(id: string, notEvaluated: Evaluation["notEvaluated"]): Pick<RuleRow, "without"> {
  const without = notEvaluated.find(({ rule }) => rule === id)?.without;
  return without === undefined ? {} : { without };
}

function stateOf({ level, findings, waived, without }: RuleRow): string {
  if (level === "off") return "off";
  if (without !== undefined) return `not evaluated without ${without}`;
  if (findings.length > 0) return `${findings.length} found`;
  return waived > 0 ? `${waived} waived` : "kept";
}
