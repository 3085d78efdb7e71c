/**
 * One span, once as OpenTelemetry's own JavaScript exporter writes it in protobuf, once as it writes it in JSON: made
 * with @opentelemetry/otlp-transformer 0.220.0, not with our decoder.
 */
export const PROTOBUF_EXPORT = Buffer.from(
  [
    "Cp0CCiYKIgoMc2VydmljZS5uYW1lEhIKEGFnZW50LXRyYW5zbGF0b3IQABLyAQoJCgR0ZXN0EgExEuQBChBbjv/3mAOBA9JptjOBP8YM",
    "Egju4Zt+w8GxdCII7uGbfsPBsXMqCXRyYW5zbGF0ZTACORXNhT3+nJcXQbEyo6z+nJcXShcKCWxsbS5tb2RlbBIKCghsbGFtYTMuMkoQ",
    "CgpsbG0udG9rZW5zEgIYKkoMCgZjYWNoZWQSAhABShIKBXJhdGlvEgkhAAAAAAAA4D9KFAoEdGFncxIMKgoKAwoBYQoDCgFiUABaIQkA",
    "ZfdT/pyXFxIFcmV0cnkaDQoHYXR0ZW1wdBICGAIgAGAAcAB6CxIHcmVmdXNlZBgChQEBAQAA",
  ].join(""),
  "base64",
);

export const JSON_EXPORT = {
  resourceSpans: [
    {
      resource: {
        attributes: [{ key: "service.name", value: { stringValue: "agent-translator" } }],
        droppedAttributesCount: 0,
      },
      scopeSpans: [
        {
          scope: { name: "test", version: "1" },
          spans: [
            {
              traceId: "5b8efff798038103d269b633813fc60c",
              spanId: "eee19b7ec3c1b174",
              parentSpanId: "eee19b7ec3c1b173",
              name: "translate",
              kind: 2,
              startTimeUnixNano: "1700000000123456789",
              endTimeUnixNano: "1700000001987654321",
              attributes: [
                { key: "llm.model", value: { stringValue: "llama3.2" } },
                { key: "llm.tokens", value: { intValue: 42 } },
                { key: "cached", value: { boolValue: true } },
                { key: "ratio", value: { doubleValue: 0.5 } },
                {
                  key: "tags",
                  value: { arrayValue: { values: [{ stringValue: "a" }, { stringValue: "b" }] } },
                },
              ],
              droppedAttributesCount: 0,
              events: [
                {
                  attributes: [{ key: "attempt", value: { intValue: 2 } }],
                  name: "retry",
                  timeUnixNano: "1700000000500000000",
                  droppedAttributesCount: 0,
                },
              ],
              droppedEventsCount: 0,
              status: { code: 2, message: "refused" },
              links: [],
              droppedLinksCount: 0,
              flags: 257,
            },
          ],
        },
      ],
    },
  ],
};
