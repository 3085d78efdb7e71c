/** One piece of work within a trace. Times are in milliseconds since the epoch. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  /** Undefined for the first of its trace. */
  readonly parentId: string | undefined;
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly failed: boolean;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** A span at its place: how many others it is part of. */
export interface PlacedSpan {
  readonly span: Span;
  readonly depth: number;
}

/**
 * Spans as they are part of each other, those of one parent by their beginning. One whose parent is not among them, as
 * its sender lost it, stands at the top, like one that has none.
 */
export function placed(spans: readonly Span[]): readonly PlacedSpan[] {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const parts = Map.groupBy(
    spans.toSorted((one, other) => one.start - other.start),
    ({ parentId }) => (parentId !== undefined && known.has(parentId) ? parentId : undefined),
  );
  const seen = new Set<Span>();
  const below = (parent: string | undefined, depth: number): readonly PlacedSpan[] =>
    (parts.get(parent) ?? []).flatMap((span) => {
      // Nobody promises that what a stranger reports is a tree.
      if (seen.has(span)) return [];
      seen.add(span);
      return [{ span, depth }, ...below(span.spanId, depth + 1)];
    });
  return below(undefined, 0);
}

/** Who did the work; the gateway is known by the names that it gives its spans. */
export function serviceOf({ name, attributes }: Span): string {
  const service = attributes["service.name"];
  if (typeof service === "string") return service;
  return /^kong\b/.test(name) ? "kong" : "";
}

/** What a trace came to. */
export interface TraceSummary {
  readonly traceId: string;
  readonly name: string;
  readonly start: number;
  /** From its first beginning to its last end. */
  readonly milliseconds: number;
  readonly failed: boolean;
}

/** @param spans of one trace, at least one */
export function summaryOf(spans: readonly Span[]): TraceSummary {
  const [first] = placed(spans);
  const start = Math.min(...spans.map((span) => span.start));
  return {
    traceId: first?.span.traceId ?? "",
    name: first?.span.name ?? "",
    start,
    milliseconds: Math.max(...spans.map(({ end }) => end)) - start,
    failed: spans.some(({ failed }) => failed),
  };
}
