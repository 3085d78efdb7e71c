import type { StackFacts } from "./facts/facts.ts";
import type { Strictness } from "../platform/settings/settings.ts";
import type { Level, Rule } from "./rules/rule.ts";
import { RULES } from "./rules/all.ts";
import { type Waiver, WAIVERS } from "./waivers.ts";

/** One violation. */
export interface Violation {
  /** Id of the rule; "waiver" for a waiver that does not hold. */
  readonly rule: string;
  readonly level: Exclude<Level, "off">;
  /** Service, job, agent, network or volume; "stack" for all of it. */
  readonly subject: string;
  /** What is wrong, without the subject. */
  readonly message: string;
}

/** A violation that is accepted. */
export interface Waived extends Violation {
  readonly reason: string;
  readonly until: string;
}

export interface Evaluation {
  readonly strictness: Strictness;
  readonly findings: readonly Violation[];
  readonly waived: readonly Waived[];
  /** How many rules were evaluated; neither those that are off nor those in `notEvaluated` count. */
  readonly rulesChecked: number;
  /** Rules that count on this stack, and that nobody could evaluate. */
  readonly notEvaluated: readonly NotEvaluated[];
  /** Subjects of waivers that no violation on this stack needs. A waiver that no stack needs has to go. */
  readonly unusedWaivers: readonly UnusedWaiver[];
}

export interface NotEvaluated {
  /** Id of the rule. */
  readonly rule: string;
  /** What is not known, e.g. "the engine's memory". */
  readonly without: string;
}

export interface UnusedWaiver {
  /** Id of the rule. */
  readonly rule: string;
  /** As the waiver has it, e.g. "redis" or "agent *". */
  readonly subject: string;
}

export interface EvaluationRequest {
  readonly strictness: Strictness;
  /** "2026-11-24": the clock is the caller's. */
  readonly today: string;
  /** @default all of them */
  readonly rules?: readonly Rule[];
  /** @default those of policies/waivers.ts */
  readonly waivers?: readonly Waiver[];
}

/** Holds a stack against the rules. Pure: equal facts, equal day, equal answer. */
export function evaluate(facts: StackFacts, request: EvaluationRequest): Evaluation {
  const { strictness, today, rules = RULES, waivers = WAIVERS } = request;
  const counting = rules.filter((rule) => rule.levels[strictness] !== "off");
  const notEvaluated = counting.flatMap((rule) => {
    const without = rule.scope === "stack" ? rule.without?.(facts) : undefined;
    return without === undefined ? [] : [{ rule: rule.id, without }];
  });
  const checked = counting.filter(({ id }) => !notEvaluated.some(({ rule }) => rule === id));
  const violations = checked.flatMap((rule) => violationsOf(rule, facts, strictness));
  const valid = waivers.filter((waiver) => flawOf(waiver, rules, today) === undefined);
  const matched = violations.map((finding) => ({ finding, waiver: waiverFor(finding, valid) }));
  return {
    strictness,
    findings: [
      ...matched.filter(({ waiver }) => waiver === undefined).map(({ finding }) => finding),
      ...waivers.flatMap((waiver) => brokenWaiver(waiver, rules, today)),
    ],
    waived: matched.flatMap(({ finding, waiver }) =>
      waiver === undefined ? [] : [{ ...finding, reason: waiver.reason, until: waiver.until }],
    ),
    rulesChecked: checked.length,
    notEvaluated,
    unusedWaivers: waivers.flatMap((waiver) =>
      waiver.subjects
        .filter(
          (subject) => !violations.some((violation) => covers({ ...waiver, subjects: [subject] }, violation)),
        )
        .map((subject) => ({ rule: waiver.rule, subject })),
    ),
  };
}

/** Violations that stop `up`. */
export const mandatoryOf = ({ findings }: Evaluation): readonly Violation[] =>
  findings.filter(({ level }) => level === "mandatory");

function violationsOf(rule: Rule, facts: StackFacts, strictness: Strictness): readonly Violation[] {
  const level = rule.levels[strictness];
  if (level === "off") return [];
  const found =
    rule.scope === "stack"
      ? rule.check(facts)
      : facts.containers.flatMap((container) =>
          rule.check(container).map((message) => ({ subject: container.name, message })),
        );
  return found.map((violation) => ({ rule: rule.id, level, ...violation }));
}

const waiverFor = (violation: Violation, waivers: readonly Waiver[]): Waiver | undefined =>
  waivers.find((waiver) => covers(waiver, violation));

const covers = (waiver: Waiver, { rule, subject }: Violation): boolean =>
  waiver.rule === rule &&
  waiver.subjects.some((name) =>
    name.endsWith("*") ? subject.startsWith(name.slice(0, -1)) : subject === name,
  );

/** What is wrong with a waiver itself; undefined when it holds. */
function flawOf({ rule, reason, until }: Waiver, rules: readonly Rule[], today: string): string | undefined {
  if (!rules.some(({ id }) => id === rule)) return `waives ${rule}, which is no rule`;
  if (reason.trim() === "") return `waives ${rule} without a reason`;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(until)) return `waives ${rule} until ${until}, which is no date`;
  // Dates of this form sort as they follow one another.
  return until < today ? `waives ${rule} until ${until}, which has passed` : undefined;
}

/** Only told: what it no longer covers counts again at the rule's own level. */
function brokenWaiver(waiver: Waiver, rules: readonly Rule[], today: string): readonly Violation[] {
  const message = flawOf(waiver, rules, today);
  return message === undefined
    ? []
    : [{ rule: "waiver", level: "advisory", subject: waiver.subjects.join(", "), message }];
}
