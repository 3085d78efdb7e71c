import { z } from "zod";

import type { Blueprint } from "../../../platform/blueprint/blueprint.ts";
import { hostUrl } from "../../../platform/blueprint/host-url.ts";
import { PHOENIX } from "../../../platform/services/phoenix.ts";
import { tracesAbsent, tracesUnreachable } from "./errors.ts";
import type { Span } from "./span.ts";

/** Where a stack's traces are kept: Phoenix, asked by its REST interface. */
export interface TraceStore {
  /** All that is known of a trace by now; empty when nothing is. */
  readonly trace: (traceId: string) => Promise<readonly Span[]>;
  /** The same of several, in their order. */
  readonly traces: (traceIds: readonly string[]) => Promise<readonly (readonly Span[])[]>;
  /** What is known of each of several traces, in the order that was asked for. */
  readonly find: (wanted: WantedTraces) => Promise<readonly (readonly Span[])[]>;
  /** Requests that the gateway has passed on since then, the latest ones. @param since milliseconds since the epoch */
  readonly passedOn: (since: number) => Promise<readonly Span[]>;
  /** Adds a span of our own. */
  readonly add: (span: Span) => Promise<void>;
}

export interface WantedTraces {
  readonly order: "latest" | "slowest";
  /** Only those in which something went wrong. */
  readonly failed: boolean;
  /** Only those that this agent has a part in. @default all */
  readonly agent: string | undefined;
  readonly limit: number;
}

/** What the platform's own traces are kept under. */
const PROJECT = "nasiko";
/** Milliseconds. */
const PATIENCE = 10_000;
/** What Kong calls its part of a request. */
const GATEWAY_SPAN = "kong";
/** Who reported it, and whom the router called. */
const AGENT_ATTRIBUTES = ["service.name", "gen_ai.agent.id"];
/** More spans than a trace that is worth looking at has. */
const MOST_SPANS = 1000;

const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const Spans = z.object({
  data: z.array(
    z.object({
      name: z.string(),
      context: z.object({ trace_id: z.string(), span_id: z.string() }),
      parent_id: z.string().nullish(),
      start_time: time,
      end_time: time,
      status_code: z.string(),
      attributes: z.record(z.string(), z.unknown()).default({}),
    }),
  ),
});
const Projects = z.object({ data: z.array(z.object({ name: z.string() })) });
const Traces = z.object({
  data: z.array(z.object({ trace_id: z.string(), start_time: time, end_time: time })),
});

/** @throws NSK-TRACES-ABSENT when the stack keeps none, or keeps them where nobody outside can ask */
export function traceStoreOf({ layers, settings, stack }: TracedStack): TraceStore {
  const services = layers.flatMap(({ services: members }) => members);
  const port = services.find(({ name }) => name === PHOENIX.host)?.container.ports[0];
  if (port === undefined) throw tracesAbsent({ stack });
  return openTraceStore(hostUrl(settings, port).replace(/\/$/, ""));
}

type TracedStack = Pick<Blueprint, "layers" | "settings"> & { readonly stack: string };

/** @param url e.g. "http://127.0.0.1:6006" */
export function openTraceStore(url: string): TraceStore {
  const ask = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    try {
      const answer = await fetch(`${url}/v1${path}`, { signal: AbortSignal.timeout(PATIENCE), ...init });
      // It knows no such project: no trace has come yet.
      if (answer.status === 404) return { data: [] };
      if (!answer.ok) throw new Error(`it answers ${answer.status}`);
      return await answer.json();
    } catch (error) {
      throw tracesUnreachable({ url, reason: reasonOf(error) }, error);
    }
  };
  const projects = async (): Promise<readonly string[]> =>
    Projects.parse(await ask("/projects?limit=100")).data.map(({ name }) => name);
  const spans = async (project: string, query: string): Promise<readonly Span[]> =>
    Spans.parse(await ask(`/projects/${encodeURIComponent(project)}/spans?${query}`)).data.map(toSpan);
  // Whoever reported first has decided under which project a trace is kept.
  const within = async <Item>(
    names: readonly string[],
    look: (project: string) => Promise<readonly Item[]>,
  ): Promise<readonly Item[]> => (await Promise.all(names.map(look))).flat();
  const tracesWithin = (
    names: readonly string[],
    ids: readonly string[],
  ): Promise<readonly (readonly Span[])[]> =>
    Promise.all(
      ids.map((id) => within(names, (project) => spans(project, `trace_id=${id}&limit=${MOST_SPANS}`))),
    );
  const traces: TraceStore["traces"] = async (ids) => tracesWithin(await projects(), ids);

  return {
    traces,
    trace: async (id) => (await traces([id])).flat(),
    find: async ({ order, failed, agent, limit }) => {
      const sort = order === "latest" ? "start_time" : "latency_ms";
      const only = failed ? "&error=true" : "";
      const names = await projects();
      const ofAgent = agent === undefined ? undefined : new Set(await within(names, partsOf(agent)));
      const count = ofAgent === undefined ? limit : MOST_SPANS;
      const found = await within(
        names,
        async (project) =>
          Traces.parse(
            await ask(
              `/projects/${encodeURIComponent(project)}/traces?sort=${sort}&order=desc&limit=${count}${only}`,
            ),
          ).data,
      );
      const rank = (trace: (typeof found)[number]): number =>
        order === "latest" ? trace.start_time : trace.end_time - trace.start_time;
      const ids = found
        .filter(({ trace_id: id }) => ofAgent?.has(id) ?? true)
        .toSorted((one, other) => rank(other) - rank(one))
        .slice(0, limit)
        .map(({ trace_id: id }) => id);
      return tracesWithin(names, ids);
    },
    passedOn: async (since) => {
      const query = `name=${GATEWAY_SPAN}&start_time=${new Date(since).toISOString()}&limit=${MOST_SPANS}`;
      const found = await within(await projects(), (project) => spans(project, query));
      return found.filter(({ name, start }) => name === GATEWAY_SPAN && start >= since);
    },
    add: async (span) => {
      await ask(`/projects/${PROJECT}/spans`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ data: [fromSpan(span)] }),
      });
    },
  };

  /** Traces of a project in which an agent reported something, or the router called it. */
  function partsOf(agent: string): (project: string) => Promise<readonly string[]> {
    return async (project) => {
      const found = await Promise.all(
        AGENT_ATTRIBUTES.map((name) =>
          spans(project, `attribute=${encodeURIComponent(`${name}:${agent}`)}&limit=${MOST_SPANS}`),
        ),
      );
      // Versions of Phoenix that cannot search by attributes answer with all there are.
      const isPart = ({ attributes }: Span): boolean =>
        AGENT_ATTRIBUTES.some((name) => attributes[name] === agent);
      return found
        .flat()
        .filter(isPart)
        .map(({ traceId }) => traceId);
    };
  }
}

const toSpan = (given: z.output<typeof Spans>["data"][number]): Span => ({
  traceId: given.context.trace_id,
  spanId: given.context.span_id,
  parentId: given.parent_id ?? undefined,
  name: given.name,
  start: given.start_time,
  end: given.end_time,
  failed: given.status_code === "ERROR",
  attributes: given.attributes,
});

const fromSpan = ({ traceId, spanId, parentId, name, start, end, failed, attributes }: Span) => ({
  name,
  context: { trace_id: traceId, span_id: spanId },
  span_kind: "CHAIN",
  ...(parentId !== undefined && { parent_id: parentId }),
  start_time: new Date(start).toISOString(),
  end_time: new Date(end).toISOString(),
  status_code: failed ? "ERROR" : "OK",
  attributes,
});

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  return error.cause instanceof Error ? error.cause.message : error.message;
}
