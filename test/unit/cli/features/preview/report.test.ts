import { describe, expect, test } from "vitest";

import { previewMarkdown } from "../../../../../cli/features/preview/format-markdown.ts";
import { previewText } from "../../../../../cli/features/preview/format-text.ts";
import { exitCodeOf, reportPreview } from "../../../../../cli/features/preview/report.ts";
import type { StepReport } from "../../../../../engine/core/engine.ts";
import type { Evaluation } from "../../../../../policies/evaluate.ts";
import { kongDatabase } from "../../../../../platform/services/kong-database.ts";
import { kongMigrations } from "../../../../../platform/services/kong-migrations.ts";
import { kong } from "../../../../../platform/services/kong.ts";
import { kongServiceRegistry } from "../../../../../platform/services/kong-service-registry.ts";
import { blueprintOf } from "../../blueprints.ts";

const { settings } = blueprintOf([]);
const blueprint = blueprintOf(
  [kongDatabase, kongMigrations, kong, kongServiceRegistry].map((define) =>
    define({ settings, has: () => true }),
  ),
);

const policies = (level?: "mandatory" | "advisory"): Evaluation => ({
  strictness: "relaxed",
  rulesChecked: 38,
  waived: [],
  notEvaluated: [],
  unusedWaivers: [],
  findings:
    level === undefined ? [] : [{ rule: "C15", level, subject: "kong", message: "has no memory limit" }],
});

const step = (name: string, change: Partial<StepReport> = {}, kind = "container:Container"): StepReport => ({
  urn: `urn:pulumi:local::nasiko::docker:index/${kind}::${name}`,
  type: `docker:index/${kind}`,
  name,
  operation: "replace",
  changed: ["memory"],
  startedAt: 0,
  finishedAt: 0,
  inputs: { before: { memory: 256 }, after: { memory: 512 } },
  ...change,
});

const reportOf = (steps: readonly StepReport[], evaluation = policies()) =>
  reportPreview({ steps, blueprint, policies: evaluation, against: "main" });

describe("the exit code of a preview", () => {
  const same = step("kong", { operation: "same", changed: [] });
  test.each([
    ["nothing changes", [same], policies(), 0],
    ["something changes", [same, step("kong-database")], policies(), 4],
    ["only advice is broken", [same], policies("advisory"), 0],
    ["a mandatory rule is broken", [same], policies("mandatory"), 3],
    ["a mandatory rule is broken and something changes", [step("kong")], policies("mandatory"), 3],
  ])("when %s", (_, steps, evaluation, exitCode) => {
    expect(exitCodeOf(reportOf(steps, evaluation))).toBe(exitCode);
  });
});

describe("the blast radius", () => {
  const radiusOf = (change: StepReport) => reportOf([change]).changes[0]?.blastRadius;

  test("of a replaced store is who needs it, however far, its time away, and its volume", () => {
    // 30 s to stop and 120 s to become healthy, from its description.
    expect(radiusOf(step("kong-database"))).toEqual({
      restarts: true,
      downtimeSecondsAtMost: 150,
      withoutIt: ["kong", "kong-service-registry"],
      volumes: ["kong-database-data"],
    });
  });

  test("of an update in place is nothing", () => {
    expect(radiusOf(step("kong-database", { operation: "update" }))).toMatchObject({
      restarts: false,
      downtimeSecondsAtMost: 0,
      withoutIt: [],
    });
  });

  test("of a job is nobody: nobody waits for it once it has run", () => {
    expect(radiusOf(step("kong-migrations"))).toMatchObject({ downtimeSecondsAtMost: 0, withoutIt: [] });
  });
});

describe("a report", () => {
  const report = reportOf(
    [
      step("kong-database"),
      step("kong", {
        operation: "same",
        changed: [],
        inputs: { before: { memory: 100 }, after: { memory: 100 } },
      }),
      step("old", { operation: "delete", changed: [], inputs: { before: { memory: 64 } } }),
      step("old-data", { operation: "delete", changed: [], inputs: {} }, "volume:Volume"),
    ],
    policies("advisory"),
  );

  test("sums memory before and after", () => {
    expect(report.memoryMegabytes).toEqual({ before: 420, after: 612 });
  });

  test("names volumes that go with their data", () => {
    expect(report.lostVolumes).toEqual(["old-data"]);
  });

  test("reads as text", () => {
    expect(previewText(report)).toBe(
      [
        "± replace container kong-database",
        "      memory: 256 → 512",
        "      → restarts; away until it is ready again, 150 s at most",
        "      → meanwhile without it: kong, kong-service-registry",
        "      → its volumes stay with their data: kong-database-data",
        "- delete  container old",
        "- delete  volume old-data",
        "! volume old-data is deleted with its data",
        "  ! C15 kong has no memory limit",
        "local against main: 3 steps (1 replace, 2 delete), 1 unchanged; memory limits: 420 → 612 MB; " +
          "policies: 0 mandatory, 1 advisory, 0 waived",
      ].join("\n"),
    );
  });

  test("reads as Markdown, with bars in values escaped", () => {
    const markdown = previewMarkdown(
      reportOf([
        step("kong", {
          changed: ["command"],
          inputs: { before: { command: ["a|b"] }, after: { command: ["c"] } },
        }),
      ]),
    );
    expect(markdown).toContain("### Preview of stack `local` against main");
    expect(markdown).toContain("| replace | container kong | `command: a\\|b → c` |");
  });
});
