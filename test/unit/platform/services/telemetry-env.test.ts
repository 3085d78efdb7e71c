import { describe, expect, test } from "vitest";

import type { ServiceContext } from "../../../../platform/services/define-service.ts";
import {
  agentTelemetryEnv,
  isInstrumented,
  telemetryEnv,
  uploadedAgentsTelemetry,
} from "../../../../platform/services/telemetry-env.ts";
import { resolvedWith } from "./resolved-with.ts";

const contextWith = (values: Readonly<Record<string, string>>, collector = true): ServiceContext => ({
  settings: resolvedWith(values).settings,
  has: () => collector,
});

describe("an agent reports traces without a changed line", () => {
  test.each([
    [{}, true],
    [{ NASIKO_AGENT_INSTRUMENTATION: "false" }, false],
    [{ NASIKO_AGENT_INSTRUMENTATION_OFF: "calculator, translator" }, false],
    [{ NASIKO_AGENT_INSTRUMENTATION_OFF: "calculator" }, true],
    [{ TRACING_ENABLED: "false" }, false],
  ])("with %j: %s", (values, expected) => {
    expect(isInstrumented(contextWith(values), "translator")).toBe(expected);
  });

  test("only where somebody takes them", () => {
    expect(isInstrumented(contextWith({}, false), "translator")).toBe(false);
  });

  test("unless its name is none", () => {
    expect(() => contextWith({ NASIKO_AGENT_INSTRUMENTATION_OFF: "a b" })).toThrow(
      "NASIKO_AGENT_INSTRUMENTATION_OFF",
    );
  });
});

describe("questions and answers", () => {
  const hidden = { OPENINFERENCE_HIDE_INPUTS: "true", OPENINFERENCE_HIDE_OUTPUTS: "true" };
  const captured = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT";

  test("are kept out of agents' spans, unless the stack says otherwise", () => {
    for (const env of [
      agentTelemetryEnv(contextWith({}), "a", "1"),
      uploadedAgentsTelemetry(contextWith({})),
    ])
      expect(env).toMatchObject({ ...hidden, [captured]: "false", TRACELOOP_TRACE_CONTENT: "false" });
    const open = contextWith({ NASIKO_TRACE_CONTENT: "true" });
    for (const env of [agentTelemetryEnv(open, "a", "1"), uploadedAgentsTelemetry(open)])
      expect(env).toMatchObject({
        ...{ NASIKO_TRACE_CONTENT: "true", [captured]: "true", TRACELOOP_TRACE_CONTENT: "true" },
        ...{ OPENINFERENCE_HIDE_INPUTS: "false", OPENINFERENCE_HIDE_OUTPUTS: "false" },
      });
  });

  test("are nobody's business where nobody takes traces", () => {
    const nowhere = contextWith({ NASIKO_TRACE_CONTENT: "true" }, false);
    for (const env of [
      telemetryEnv(nowhere, "nasiko-router"),
      agentTelemetryEnv(nowhere, "a", "1"),
      uploadedAgentsTelemetry(nowhere),
    ])
      expect(env).toEqual({});
  });
});
