import { waterfall } from "../../render/waterfall.ts";
import { placed, serviceOf, type Span, summaryOf } from "./span.ts";

/** A trace for people: each piece of work with who did it, and how long it took. */
export const traceAsText = (spans: readonly Span[]): string =>
  waterfall(
    placed(spans).map(({ span, depth }) => ({
      who: serviceOf(span),
      what: span.name,
      depth,
      start: span.start,
      end: span.end,
      failed: span.failed,
    })),
  );

/** The same for programs, in the same order. */
export function traceAsJson(spans: readonly Span[]): Readonly<Record<string, unknown>> {
  const { traceId, start, milliseconds, failed } = summaryOf(spans);
  return {
    id: traceId,
    start: new Date(start).toISOString(),
    milliseconds,
    failed,
    spans: placed(spans).map(({ span }) => ({
      id: span.spanId,
      parent: span.parentId ?? null,
      service: serviceOf(span),
      name: span.name,
      start: new Date(span.start).toISOString(),
      milliseconds: span.end - span.start,
      failed: span.failed,
    })),
  };
}
