import type { TestStack } from "./test-stack.ts";

/** A trace as `nasiko traces --json` tells it. */
export interface Trace {
  readonly id: string;
  readonly spans: readonly {
    readonly id: string;
    readonly parent: string | null;
    readonly service: string;
    readonly name: string;
  }[];
}

export async function traces(
  stack: TestStack,
  environment: Readonly<Record<string, string>>,
): Promise<readonly Trace[]> {
  const all = await stack.json<{ readonly traces: readonly Trace[] }>(["traces", "-n", "200"], environment);
  return all.traces;
}

/** Who has a part of its own, below the gateway's, in some trace. */
export async function reportingAgents(
  stack: TestStack,
  environment: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const parts = (await traces(stack, environment)).flatMap(({ spans }) =>
    spans.filter(({ parent }) => spans.some(({ id, service }) => id === parent && service === "kong")),
  );
  return [...new Set(parts.map(({ service }) => service))].toSorted();
}

/** Services of all that a part of a trace is below, the nearest first. */
export function servicesAbove(
  span: Trace["spans"][number] | undefined,
  spans: Trace["spans"],
): readonly string[] {
  const parent = spans.find(({ id }) => id === span?.parent);
  return parent === undefined ? [] : [parent.service, ...servicesAbove(parent, spans)];
}
