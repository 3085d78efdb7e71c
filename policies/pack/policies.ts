import type { EnforcementLevel, Policies, PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import { z } from "zod";

import { LABEL } from "../../platform/blueprint/labels.ts";
import { evaluate, type Finding } from "../evaluate.ts";
import { factsOfArguments } from "../facts/arguments.ts";
import type { EnvFact, StackFacts } from "../facts/facts.ts";
import { RULES } from "../rules.ts";
import { strictnessOf } from "../strictness.ts";

const CONTAINER = "docker:index/container:Container";
const NETWORK = "docker:index/network:Network";
const VOLUME = "docker:index/volume:Volume";

const Labelled = z.object({
  name: z.string().default(""),
  labels: z.array(z.object({ label: z.string(), value: z.string() })).default([]),
});
const Environment = z.object({ envs: z.array(z.string()).default([]) });

/**
 * Every rule as a policy of CrossGuard: the same functions, the same waivers, on what a program declares. A rule looks
 * at the whole stack, since levels and networks are the stack's; how strict it is follows from the stack's name.
 */
export function policies(now: Date): Policies {
  const today = now.toISOString().slice(0, "2026-11-24".length);
  return RULES.flatMap((rule) => [
    policyFor(rule.id, rule.title, rule.source, "mandatory", today),
    policyFor(rule.id, rule.title, rule.source, "advisory", today),
  ]);
}

/** One of the two halves of a rule: a level of CrossGuard is fixed before anybody knows the stack. */
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
export function findingsOf(resources: readonly PolicyResource[], today: string): readonly Finding[] {
  const facts = factsOfResources(resources);
  const stack = [...facts.containers, ...facts.volumes]
    .map(({ labels }) => labels[LABEL.stack])
    .find(Boolean);
  return evaluate(facts, { strictness: strictnessOf({ stack: stack ?? "" }), today }).findings;
}

function factsOfResources(resources: readonly PolicyResource[]): StackFacts {
  const ofType = (type: string): readonly PolicyResource[] => resources.filter((each) => each.type === type);
  return {
    containers: ofType(CONTAINER).map(({ props }) => factsOfArguments(props, envOf(props))),
    networks: ofType(NETWORK).map(({ props }) => labelled(props)),
    volumes: ofType(VOLUME).map(({ props, opts }) => ({ ...labelled(props), protect: opts.protect })),
  };
}

/** CrossGuard hands out secrets like anything else, so that nothing can be said about plain text. */
const envOf = (props: unknown): readonly EnvFact[] =>
  Environment.parse(props).envs.map((entry) => {
    const [name = "", ...rest] = entry.split("=");
    return { name, value: rest.join("=") };
  });

function labelled(props: unknown): {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
} {
  const { name, labels } = Labelled.parse(props);
  return { name, labels: Object.fromEntries(labels.map(({ label, value }) => [label, value])) };
}
