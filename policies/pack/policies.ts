import type { EnforcementLevel, Policies, PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import { z } from "zod";

import { strictnessOf } from "../../platform/settings/strictness.ts";
import { evaluate, type Violation } from "../evaluate.ts";
import { ARGUMENT_NAMES, factsOfArguments } from "../facts/arguments.ts";
import type { EnvFact, StackFacts } from "../facts/facts.ts";
import { isEnterpriseOnly } from "../facts/traits.ts";
import { RULES } from "../rules/all.ts";

const CONTAINER = "docker:index/container:Container";
const NETWORK = "docker:index/network:Network";
const VOLUME = "docker:index/volume:Volume";

const Labelled = z.object({
  name: z.string().default(""),
  labels: z.array(z.object({ label: z.string(), value: z.string() })).default([]),
});
const LABELLED = Object.keys(Labelled.shape);
const Environment = z.array(z.string()).default([]);

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
  const facts = factsOfResources(resources);
  const authMode = facts.containers.some(({ name }) => isEnterpriseOnly(name)) ? "enterprise" : "simple";
  return evaluate(facts, { strictness: strictnessOf({ authMode, strictness: undefined }), today }).findings;
}

function factsOfResources(resources: readonly PolicyResource[]): StackFacts {
  const ofType = (type: string): readonly PolicyResource[] => resources.filter((each) => each.type === type);
  return {
    containers: ofType(CONTAINER).map(({ props }) => {
      const { envs, ...args } = known(props, ["envs", ...ARGUMENT_NAMES]);
      return factsOfArguments(args, envOf(envs));
    }),
    networks: ofType(NETWORK).map(({ props }) => labelled(known(props, LABELLED))),
    volumes: ofType(VOLUME).map(({ props, opts }) => ({
      ...labelled(known(props, LABELLED)),
      protect: opts.protect,
    })),
  };
}

/** CrossGuard hands out secrets like anything else, so that nothing can be said about plain text. */
const envOf = (envs: unknown): readonly EnvFact[] =>
  Environment.parse(envs).map((entry) => {
    const [name = "", ...rest] = entry.split("=");
    return { name, value: rest.join("=") };
  });

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

function labelled(props: unknown): {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
} {
  const { name, labels } = Labelled.parse(props);
  return { name, labels: Object.fromEntries(labels.map(({ label, value }) => [label, value])) };
}
