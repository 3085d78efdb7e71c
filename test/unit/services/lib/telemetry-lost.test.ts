import { expect, test } from "vitest";

import { inSpan } from "../../../../services/lib/telemetry/spans.ts";
import { startTelemetry } from "../../../../services/lib/telemetry/telemetry.ts";

test("while nobody takes spans, one line says how many are lost, and nothing waits for them", async () => {
  const lines: unknown[] = [];
  // Nothing listens at the port for discarded traffic.
  const collector = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" };
  const telemetry = startTelemetry(collector, (level, message, fields) =>
    lines.push([level, message, Object.keys(fields ?? {})]),
  );
  for (let count = 0; count < 5; count++) expect(await inSpan("work", {}, () => Promise.resolve(7))).toBe(7);
  await telemetry.close();
  expect(lines).toEqual([["warn", "spans lost", ["lost", "error"]]]);
});
