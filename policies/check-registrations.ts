import { z } from "zod";

import type { Blueprint } from "../platform/blueprint/blueprint.ts";
import { strictnessOf } from "../platform/settings/strictness.ts";
import { evaluate, mandatoryOf, type Violation } from "./evaluate.ts";
import { factsOfBlueprint } from "./facts/blueprint.ts";
import type { ContainerFacts, StackFacts } from "./facts/facts.ts";
import { type DeclaredResource, factsOfResources } from "./facts/resources.ts";

/** A resource that is about to be made, as the engine tells it. */
export interface RegisteredResource {
  readonly urn: string;
  readonly type: string;
  /** Everything that is known of its inputs, secrets in the open. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly protect: boolean;
}

/** Why a resource must not be made. */
export interface Objection {
  /** Id of the rule, e.g. "C01"; "blueprint" where the blueprint says otherwise, "arguments" for unreadable ones. */
  readonly rule: string;
  /** e.g. "redis is privileged" */
  readonly message: string;
}

export interface CheckRequest {
  /** What the program is to declare. */
  readonly blueprint: Blueprint;
  /** "2026-11-24" */
  readonly today: string;
  /** Found on the blueprint and told already: a preview goes on in spite of it. @default nothing */
  readonly reported?: readonly Violation[];
}

/**
 * Holds what is registered with the engine against the rules that the blueprint was held against: a transform, a
 * changed program, or somebody else who reached the engine must not get what the rules refuse. The blueprint says what
 * there is besides, so that rules about a whole stack hold as well when a run is about one agent only.
 * @returns asked once per resource, before anything is done for it; it remembers what it let pass
 */
export function checkRegistrations({
  blueprint,
  today,
  reported = [],
}: CheckRequest): (resource: RegisteredResource) => readonly Objection[] {
  const planned = factsOfBlueprint(blueprint);
  const strictness = strictnessOf(blueprint.settings);
  const mandatory = (facts: StackFacts): readonly Violation[] =>
    mandatoryOf(evaluate(facts, { strictness, today }));
  const passed = new Map<string, DeclaredResource>();
  return ({ urn, type, inputs, protect }) => {
    const resource = { type, properties: withoutNull(inputs), protect };
    const read = reading(resource);
    if ("objections" in read) return read.objections;
    const earlier = [...passed].flatMap(([other, each]) => (other === urn ? [] : [each]));
    const before = mandatory(together(planned, factsOfResources(earlier)));
    const after = mandatory(together(planned, factsOfResources([...earlier, resource])));
    const names = new Set([...read.containers, ...read.networks, ...read.volumes].map(({ name }) => name));
    const objections = [
      ...after
        // Its own, whether planned so or not, and what it does to others, which were in order before it.
        .filter((violation) => names.has(violation.subject) || !includes(before, violation))
        .filter((violation) => !includes(reported, violation))
        .map(({ rule, subject, message }) => ({ rule, message: `${subject} ${message}` })),
      ...read.containers.flatMap((container) => impersonation(container, planned)),
    ];
    if (objections.length === 0) passed.set(urn, resource);
    return objections;
  };
}

function reading(
  resource: DeclaredResource,
): ReturnType<typeof factsOfResources> | { readonly objections: readonly Objection[] } {
  try {
    return factsOfResources([resource]);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const objections = error.issues.map(({ path, message }) => ({
      rule: "arguments",
      message: `${path.join(".")}: ${message}`,
    }));
    return { objections };
  }
}

/** What is planned, with what is registered in place of its namesake. */
function together(planned: StackFacts, registered: ReturnType<typeof factsOfResources>): StackFacts {
  const merged = <Fact extends { readonly name: string }>(
    plans: readonly Fact[],
    facts: readonly Fact[],
  ): readonly Fact[] => [...plans.filter(({ name }) => !facts.some((fact) => fact.name === name)), ...facts];
  return {
    ...planned,
    containers: merged(planned.containers, registered.containers),
    networks: merged(planned.networks, registered.networks),
    volumes: merged(planned.volumes, registered.volumes),
  };
}

/** What only the filtering proxies may do, only their own images may: a label is quickly written. */
function impersonation({ name, role, image }: ContainerFacts, planned: StackFacts): readonly Objection[] {
  if (role !== "docker-proxy") return [];
  const plan = planned.containers.find((container) => container.name === name);
  return plan?.image === image
    ? []
    : [{ rule: "blueprint", message: `${name} runs ${image}, not ${plan?.image ?? "at all"}` }];
}

const includes = (violations: readonly Violation[], { rule, subject, message }: Violation): boolean =>
  violations.some((each) => each.rule === rule && each.subject === subject && each.message === message);

/** Providers write null for what is not given. */
function withoutNull(inputs: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  // Inputs are JSON by the engine's own types.
  return JSON.parse(JSON.stringify(inputs), (_, value: unknown) => value ?? undefined) as Readonly<
    Record<string, unknown>
  >;
}
