import type { EnforcementLevel, Policies, PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import { strictnessOf } from "../../platform/settings/strictness.ts";
import { evaluate, type Violation } from "../evaluate.ts";
import { factsOfResources, PROPERTY_NAMES } from "../facts/resources.ts";
import { isEnterpriseOnly } from "../facts/traits.ts";
import { RULES } from "../rules/all.ts";

/**
 * Every rule as a policy of CrossGuard: the same functions, the same waivers, on what a program declares. A rule looks
 * at the whole stack, since levels and networks are the stack's. Settings do not reach a policy
 * pack: it evaluates strictly where services are declared that mode `enterprise` alone has.
 */
export function policies(now: Date): Policies {
  const today = now.toISOString().slice(0, "2026-11-24".length);
  return RULES.flatMap(({ id, title, source, levels }) =>
    [...new Set([levels.relaxed, levels.strict])]
      .filter((level) => level !== "off")
      .map((level) => policyFor(id, title, source, level, today)),
  );
}

/** A rule at one of its levels: CrossGuard wants to know it before anybody knows the stack. */
function policyFor(
  id: string,
  title: string,
  source: string,
  level: Exclude<EnforcementLevel, "disabled" | "remediate">,
  today: string,
): StackValidationPolicy {
  return {
    name: `${id}-${level}`,
    description: `${title} (${source})`,
    enforcementLevel: level,
    validateStack: ({ resources }, report) => {
      for (const { rule, level: found, subject, message } of findingsOf(resources, today))
        if (rule === id && found === level) report(`${subject} ${message}`);
    },
  };
}

/** What a program's resources violate; nothing for a stack that is not to run. */
export function findingsOf(resources: readonly PolicyResource[], today: string): readonly Violation[] {
  const facts = factsOfResources(
    resources.map(({ type, props, opts }) => ({
      type,
      properties: known(props, PROPERTY_NAMES),
      protect: opts.protect,
    })),
  );
  const authMode = facts.containers.some(({ name }) => isEnterpriseOnly(name)) ? "enterprise" : "simple";
  return evaluate(facts, { strictness: strictnessOf({ authMode, strictness: undefined }), today }).findings;
}

/** In a preview CrossGuard refuses to tell what only a real run can know; `up` looks again. */
function known(props: PolicyResource["props"], names: readonly string[]): Readonly<Record<string, unknown>> {
  const entries = names.flatMap((name) => {
    try {
      // A proxy that refuses while it is read, however deep.
      const text = JSON.stringify(props[name]) as string | undefined;
      return text === undefined ? [] : [[name, JSON.parse(text, withoutNull) as unknown]];
    } catch (error) {
      if (error instanceof Error && "unknownTypeSentinel" in error) return [];
      throw error;
    }
  });
  return Object.fromEntries(entries) as Readonly<Record<string, unknown>>;
}

/** Outputs say null where arguments say nothing. */
const withoutNull = (_: string, value: unknown): unknown => value ?? undefined;
