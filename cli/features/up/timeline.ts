import type { StepReport } from "../../../engine/core/engine.ts";
import type { Blueprint } from "../../../platform/blueprint/blueprint.ts";
import { REGISTRY_SERVICE } from "../../../platform/services/names.ts";
import { seconds } from "../../render/amounts.ts";
import { table } from "../../render/table.ts";

/** Width of the bars, in characters. */
const BAR = 30;

/** What was done for a container, from the start of the run. */
export interface Span {
  readonly name: string;
  readonly operation: string;
  /** Milliseconds since the first step began. */
  readonly from: number;
  readonly to: number;
}

/** An image that was only looked for says nothing; one that took longer, in milliseconds, was made or pulled. */
const MADE = 500;

/** What was done for containers and images, in the order in which it began. */
export function spansOf(steps: readonly StepReport[]): readonly Span[] {
  const start = Math.min(...steps.map(({ startedAt }) => startedAt));
  return steps
    .filter(({ operation, error }) => operation !== "delete" && operation !== "same" && error === undefined)
    .filter(
      ({ type, startedAt, finishedAt }) =>
        type.endsWith(":Container") || (type.endsWith("Image") && finishedAt - startedAt >= MADE),
    )
    .map(({ type, name, operation, startedAt, finishedAt }) => ({
      name: type.endsWith(":Container") ? name : `image ${name}`,
      operation,
      from: startedAt - start,
      to: finishedAt - start,
    }))
    .toSorted((a, b) => a.from - b.from);
}

/** One bar per container, all on one scale. */
export function drawTimeline(spans: readonly Span[]): string {
  const end = Math.max(1, ...spans.map(({ to }) => to));
  const at = (moment: number): number => Math.round((moment / end) * BAR);
  return table(
    spans.map(({ name, operation, from, to }) => [
      `  ${name}`,
      operation,
      seconds(to - from),
      " ".repeat(at(from)) + "━".repeat(Math.max(1, at(to) - at(from))),
    ]),
  );
}

/**
 * The chain that the run could not be faster than: from what was ready last, back to what it waited for longest.
 * @returns spans in the order of time
 */
export function criticalPath(blueprint: Blueprint, spans: readonly Span[]): readonly Span[] {
  const needs = needsOf(blueprint);
  const last = latest(spans);
  const path: Span[] = [];
  for (let span = last; span !== undefined;) {
    path.unshift(span);
    const before = needs.get(span.name) ?? [];
    span = latest(spans.filter(({ name }) => before.includes(name)));
  }
  return path;
}

/** @example describePath(path) // "kong-database 2.1 s → kong-migrations 4.0 s → kong 1.2 s" */
export const describePath = (path: readonly Span[]): string =>
  path.map(({ name, from, to }) => `${name} ${seconds(to - from)}`).join(" → ");

const latest = (spans: readonly Span[]): Span | undefined =>
  spans.reduce<Span | undefined>(
    (best, span) => (best === undefined || span.to > best.to ? span : best),
    undefined,
  );

/** By name of the container's resource. */
function needsOf({ layers, agents }: Blueprint): ReadonlyMap<string, readonly string[]> {
  const services = layers.flatMap((layer) => layer.services);
  return new Map([
    ...services.map(
      ({ container, dependsOn, image }) =>
        [container.resourceName, [...Object.keys(dependsOn), `image ${image.name}`]] as const,
    ),
    ...agents.map(
      ({ container: { resourceName } }) =>
        [resourceName, [REGISTRY_SERVICE, `image ${resourceName}`]] as const,
    ),
  ]);
}
