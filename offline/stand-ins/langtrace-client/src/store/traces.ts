import { z } from "zod";
import type { Span } from "../otlp/spans.ts";
import { literal, type ClickHouse } from "./clickhouse.ts";

const StoredSpan = z.object({
  project: z.string(),
  service: z.string(),
  trace_id: z.string(),
  span_id: z.string(),
  parent_id: z.string(),
  name: z.string(),
  kind: z.number(),
  /** Nanoseconds since 1970. */
  started: z.string(),
  ended: z.string(),
  status: z.number(),
  status_message: z.string(),
  attributes: z.string().transform((text): unknown => JSON.parse(text)),
  events: z.string().transform((text): unknown => JSON.parse(text)),
});
export type StoredSpan = z.output<typeof StoredSpan>;

/** The spans of one trace, the one that started first at the head. */
export interface Trace {
  readonly traceId: string;
  readonly project: string;
  readonly spans: readonly StoredSpan[];
}

export interface TracesWanted {
  /** Only those of this project. @default of all */
  readonly project?: string | undefined;
  /** Only this one. */
  readonly traceId?: string | undefined;
  /** At most so many. */
  readonly limit: number;
}

/** Most spans of a trace that are shown. */
const SPANS_SHOWN = 1000;

const COLUMNS = `project, service, trace_id, span_id, parent_id, name, kind, toString(start_ns) AS started,
  toString(end_ns) AS ended, status, status_message, attributes, events`;

/** Spans in ClickHouse. Projects are named there as in PostgreSQL: a name never changes. */
export class Traces {
  readonly #clickHouse: ClickHouse;
  readonly #table: string;

  /** @param database name of the database; made by {@link prepare} */
  constructor(clickHouse: ClickHouse, database: string) {
    this.#clickHouse = clickHouse;
    this.#table = `${database}.standin_span`;
  }

  /** Makes what is not there yet. @throws Problem 503 */
  async prepare(): Promise<void> {
    const [database = ""] = this.#table.split(".");
    await this.#clickHouse.command(`CREATE DATABASE IF NOT EXISTS ${database}`);
    // What is sent twice, because an answer got lost, is one row again after the engine's next merge.
    await this.#clickHouse.command(`
      CREATE TABLE IF NOT EXISTS ${this.#table} (
        project String, service String, trace_id String, span_id String, parent_id String, name String,
        kind UInt8, start_ns UInt64, end_ns UInt64, status UInt8, status_message String,
        attributes String, events String, received DateTime DEFAULT now()
      ) ENGINE = ReplacingMergeTree() PARTITION BY toYYYYMM(received) ORDER BY (project, trace_id, span_id)`);
  }

  /** @throws Problem 503 when they were not all stored; storing them again is harmless */
  async add(project: string, spans: readonly Span[]): Promise<void> {
    if (spans.length === 0) return;
    await this.#clickHouse.insert(
      `${this.#table} (project, service, trace_id, span_id, parent_id, name, kind, start_ns, end_ns, status, status_message, attributes, events)`,
      spans.map((span) => ({
        project,
        service: span.service,
        trace_id: span.traceId,
        span_id: span.spanId,
        parent_id: span.parentId,
        name: span.name,
        kind: span.kind,
        start_ns: String(span.start),
        end_ns: String(span.end),
        status: span.status,
        status_message: span.statusMessage,
        attributes: JSON.stringify(span.attributes),
        events: JSON.stringify(span.events),
      })),
    );
  }

  /** The traces that went on last come first. @throws Problem 503 */
  async list({ project, traceId, limit }: TracesWanted): Promise<readonly Trace[]> {
    const conditions = [
      ...(project === undefined ? [] : [`project = ${literal(project)}`]),
      ...(traceId === undefined ? [] : [`trace_id = ${literal(traceId)}`]),
    ];
    const where = conditions.length === 0 ? "1" : conditions.join(" AND ");
    const last = `SELECT project, trace_id FROM ${this.#table} WHERE ${where}
      GROUP BY project, trace_id ORDER BY max(start_ns) DESC LIMIT ${limit}`;
    const rows = await this.#clickHouse.query(`
      SELECT ${COLUMNS} FROM ${this.#table}
      WHERE (project, trace_id) IN (SELECT project, trace_id FROM (${last}))
      ORDER BY start_ns, span_id
      LIMIT ${SPANS_SHOWN} BY project, trace_id`);
    return tracesOf(rows.map((row) => StoredSpan.parse(row)));
  }
}

/** @param spans in the order of their start; a span that is there twice counts once */
export function tracesOf(spans: readonly StoredSpan[]): readonly Trace[] {
  const groups = [...Map.groupBy(spans, ({ project, trace_id }) => `${project}\n${trace_id}`).values()];
  const traces = groups.flatMap((group): readonly Trace[] => {
    const [first] = group;
    const once = [...new Map(group.toReversed().map((span) => [span.span_id, span])).values()].toReversed();
    return first === undefined ? [] : [{ traceId: first.trace_id, project: first.project, spans: once }];
  });
  return traces.toSorted((a, b) => compare(startOf(b), startOf(a)));
}

const startOf = ({ spans }: Trace): bigint => BigInt(spans.at(-1)?.started ?? 0);
const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
