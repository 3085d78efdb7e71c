import type { Strictness } from "../../platform/settings/settings.ts";
import type { ContainerFacts, StackFacts } from "../facts/facts.ts";

/** What a violation means: it stops `up`, it is reported, or the rule is not evaluated. */
export type Level = "mandatory" | "advisory" | "off";

interface RuleBase {
  /** As the table in docs/SECURITY.md has it, e.g. "C05". */
  readonly id: `${"C" | "S"}${number}`;
  /** What has to hold, in a few words. */
  readonly title: string;
  /** Where the demand comes from, e.g. "CIS 5.5". */
  readonly source: string;
  readonly levels: Readonly<Record<Strictness, Level>>;
  /** Why the rule asks for something else than its source. @default it does not */
  readonly adapted?: string;
}

/** Looks at one container. */
export interface ContainerRule extends RuleBase {
  readonly scope: "container";
  /** What is wrong, a sentence each without the container's name; none when the rule holds. */
  readonly check: (container: ContainerFacts) => readonly string[];
}

/** Looks at all there is. */
export interface StackRule extends RuleBase {
  readonly scope: "stack";
  /** What is not known that the rule needs, e.g. "the engine's memory"; it is then not evaluated. @default nothing */
  readonly without?: (stack: StackFacts) => string | undefined;
  /** What is wrong, with what it is wrong about: a container, a volume, a network, or "stack". */
  readonly check: (stack: StackFacts) => readonly { readonly subject: string; readonly message: string }[];
}

export type Rule = ContainerRule | StackRule;

export const containerRule = (rule: Omit<ContainerRule, "scope">): ContainerRule => ({
  scope: "container",
  ...rule,
});

export const stackRule = (rule: Omit<StackRule, "scope">): StackRule => ({ scope: "stack", ...rule });

/** Levels of a rule that is as strict everywhere. */
export const ALWAYS = { relaxed: "mandatory", strict: "mandatory" } as const;
/** Levels of a rule that a laptop may break. */
export const WHEN_STRICT = { relaxed: "advisory", strict: "mandatory" } as const;
/** Levels of a rule that never stops `up`. */
export const ADVICE = { relaxed: "advisory", strict: "advisory" } as const;

/** A message for a condition: the shape of nearly every check. */
export const unless = (holds: boolean, message: string): readonly string[] => (holds ? [] : [message]);
