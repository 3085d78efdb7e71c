import { describe, expect, test } from "vitest";

import type { ServiceContext } from "../../../../platform/services/define-service.ts";
import { isInstrumented } from "../../../../platform/services/telemetry-env.ts";
import { resolveSettings } from "../../../../platform/settings/resolve.ts";

function contextWith(values: Readonly<Record<string, string>>, collector = true): ServiceContext {
  const result = resolveSettings({
    stack: "local",
    architecture: "x64",
    env: [{ name: ".env", values }],
    stackConfig: {},
  });
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join("\n"));
  return { settings: result.resolved.settings, has: () => collector };
}

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
