import { describe, expect, test } from "vitest";

import { evaluate, mandatoryOf } from "../../../policies/evaluate.ts";
import { GOOD, GOOD_STACK } from "./examples.ts";

const today = "2026-11-24";
const stack = { ...GOOD_STACK, containers: [{ ...GOOD, readOnly: false }] };
const waiver = { rule: "C08", subjects: ["redis"], reason: "files are copied in", until: "2026-11-24" };

const evaluateStack = (
  waivers: readonly (typeof waiver)[],
  day = today,
  strictness: "relaxed" | "strict" = "strict",
) => evaluate(stack, { strictness, today: day, waivers });

describe("a stack held against the rules", () => {
  test("has nothing to report when it keeps them", () => {
    expect(evaluate(GOOD_STACK, { strictness: "strict", today, waivers: [] })).toMatchObject({
      findings: [],
      waived: [],
    });
  });

  test("is refused where rules are strict for what a laptop is only told", () => {
    expect(mandatoryOf(evaluateStack([]))).toMatchObject([{ rule: "C08", subject: "redis" }]);
    expect(mandatoryOf(evaluateStack([], today, "relaxed"))).toEqual([]);
    expect(evaluateStack([], today, "relaxed").findings).toMatchObject([{ rule: "C08", level: "advisory" }]);
  });

  test("a rule that is off says nothing", () => {
    const unprotected = {
      ...GOOD_STACK,
      volumes: [{ name: "data", labels: { "nasiko.stack": "x" }, protect: false }],
    };
    expect(evaluate(unprotected, { strictness: "relaxed", today, waivers: [] }).findings).toEqual([]);
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

describe("a waiver that nothing needs", () => {
  test("is named, subject by subject", () => {
    const both = { ...waiver, subjects: ["redis", "kong", "agent *"] };
    expect(evaluateStack([both]).unusedWaivers).toEqual([
      { rule: "C08", subject: "kong" },
      { rule: "C08", subject: "agent *" },
    ]);
  });
});

describe("a rule that needs what nobody knows", () => {
  const { containers, networks, volumes } = GOOD_STACK;
  const unknown = { containers, networks, volumes };

  test("is not evaluated, which is not the same as kept", () => {
    const request = { strictness: "strict", today, waivers: [] } as const;
    const asked = evaluate(GOOD_STACK, request);
    const notAsked = evaluate(unknown, request);
    expect(asked.notEvaluated).toEqual([]);
    expect(notAsked.notEvaluated).toEqual([{ rule: "S04", without: "the engine's memory" }]);
    expect(notAsked.rulesChecked).toBe(asked.rulesChecked - 1);
  });

  test("stops what does not fit where rules are strict", () => {
    const tight = { ...GOOD_STACK, engineMegabytes: 600 };
    expect(mandatoryOf(evaluate(tight, { strictness: "strict", today, waivers: [] }))).toMatchObject([
      { rule: "S04", message: "limits add up to 256 MB; the engine has 600 MB" },
    ]);
    expect(mandatoryOf(evaluate(tight, { strictness: "relaxed", today, waivers: [] }))).toEqual([]);
  });
});
