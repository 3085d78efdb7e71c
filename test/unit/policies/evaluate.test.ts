import { describe, expect, test } from "vitest";

import { evaluate, mandatoryOf } from "../../../policies/evaluate.ts";
import { GOOD, GOOD_STACK } from "./examples.ts";

const today = "2026-11-24";
const stack = { ...GOOD_STACK, containers: [{ ...GOOD, readOnly: false }] };
const waiver = { rule: "C08", subjects: ["redis"], reason: "files are copied in", until: "2026-11-24" };

const evaluateStack = (
  waivers: readonly (typeof waiver)[],
  day = today,
  strictness: "local" | "enterprise" = "enterprise",
) => evaluate(stack, { strictness, today: day, waivers });

describe("a stack held against the rules", () => {
  test("has nothing to report when it keeps them", () => {
    expect(evaluate(GOOD_STACK, { strictness: "enterprise", today, waivers: [] })).toMatchObject({
      findings: [],
      waived: [],
    });
  });

  test("is refused in enterprise for what a laptop is only told", () => {
    expect(mandatoryOf(evaluateStack([]))).toMatchObject([{ rule: "C08", subject: "redis" }]);
    expect(mandatoryOf(evaluateStack([], today, "local"))).toEqual([]);
    expect(evaluateStack([], today, "local").findings).toMatchObject([{ rule: "C08", level: "advisory" }]);
  });

  test("a rule that is off says nothing", () => {
    const unprotected = {
      ...GOOD_STACK,
      volumes: [{ name: "data", labels: { "nasiko.stack": "x" }, protect: false }],
    };
    expect(evaluate(unprotected, { strictness: "local", today, waivers: [] }).findings).toEqual([]);
  });
});

describe("a waiver", () => {
  test("covers its rule and subject until its last day", () => {
    expect(evaluateStack([waiver])).toMatchObject({
      findings: [],
      waived: [{ rule: "C08", reason: waiver.reason }],
    });
  });

  test("covers any rest where its subject ends in a star", () => {
    expect(evaluateStack([{ ...waiver, subjects: ["red*"] }]).findings).toEqual([]);
    expect(evaluateStack([{ ...waiver, subjects: ["*"] }]).findings).toEqual([]);
  });

  test.each([
    ["another subject", { subjects: ["mongodb"] }],
    ["another rule", { rule: "C09" }],
  ])("does not cover %s", (_, change) => {
    expect(mandatoryOf(evaluateStack([{ ...waiver, ...change }]))).toMatchObject([{ rule: "C08" }]);
  });

  test.each([
    ["past its date", { until: "2026-11-23" }, "2026-11-23, which has passed"],
    ["without a reason", { reason: " " }, "without a reason"],
    ["without a date", { until: "some day" }, "is no date"],
    ["of no rule", { rule: "C99" }, "is no rule"],
  ])("%s covers nothing, and is a violation itself", (_, change, message) => {
    const { findings } = evaluateStack([{ ...waiver, ...change }]);
    expect(findings).toMatchObject([
      { rule: "C08", subject: "redis", level: "mandatory" },
      { rule: "waiver", message: expect.stringContaining(message) as string },
    ]);
  });
});
