import { randomBytes } from "node:crypto";

/** A value in OTLP/JSON. */
const attribute = (key: string, value: string): object => ({ key, value: { stringValue: value } });

export interface SpanOptions {
  readonly traceId?: string;
  readonly name?: string;
  /** Milliseconds by which the sender's clock is wrong. @default 0 */
  readonly off?: number;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** One span of now. */
export function span({ traceId, name = "said", off = 0, attributes = {} }: SpanOptions = {}): object {
  const time = `${Date.now() + off}000000`;
  return {
    traceId: traceId ?? randomBytes(16).toString("hex"),
    spanId: randomBytes(8).toString("hex"),
    name,
    kind: 1,
    startTimeUnixNano: time,
    endTimeUnixNano: time,
    attributes: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
  };
}

/** The body of `POST /v1/traces`. @param resource what the sender says of itself */
export const tracesOf = (spans: readonly object[], resource: Readonly<Record<string, string>> = {}): string =>
  JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: Object.entries(resource).map(([key, value]) => attribute(key, value)) },
        scopeSpans: [{ scope: { name: "test" }, spans }],
      },
    ],
  });

/** The body of `POST /v1/metrics` with one counter. */
export const counterOf = (
  name: string,
  value: number,
  resource: Readonly<Record<string, string>> = {},
): string =>
  JSON.stringify({
    resourceMetrics: [
      {
        resource: { attributes: Object.entries(resource).map(([key, text]) => attribute(key, text)) },
        scopeMetrics: [
          {
            scope: { name: "test" },
            metrics: [
              {
                name,
                unit: "1",
                sum: {
                  aggregationTemporality: 2,
                  isMonotonic: true,
                  dataPoints: [{ asInt: String(value), timeUnixNano: `${Date.now()}000000` }],
                },
              },
            ],
          },
        ],
      },
    ],
  });
