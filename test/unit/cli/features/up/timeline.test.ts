import { expect, test } from "vitest";

import {
  criticalPath,
  describePath,
  drawTimeline,
  spansOf,
} from "../../../../../cli/features/up/timeline.ts";
import type { StepReport } from "../../../../../engine/core/engine.ts";
import { job, service } from "../../../platform/blueprint/catalogues.ts";
import { blueprintOf } from "../../blueprints.ts";

const step = (
  name: string,
  startedAt: number,
  finishedAt: number,
  more: Partial<StepReport> = {},
): StepReport => ({
  urn: name,
  type: "docker:index/container:Container",
  name,
  operation: "create",
  changed: [],
  startedAt,
  finishedAt,
  ...more,
});

const blueprint = blueprintOf([
  service("database"),
  job("migrations"),
  service("redis"),
  service("gateway", { dependsOn: { database: "healthy", migrations: "completed", redis: "healthy" } }),
]);

const steps = [
  step("database", 1000, 3100),
  step("redis", 1000, 1500),
  step("migrations", 1200, 5200),
  step("gateway", 5200, 6400),
  step("unchanged", 1000, 9000, { operation: "same" }),
];

test("the critical path is what each waited for longest, in words", () => {
  expect(describePath(criticalPath(blueprint, spansOf(steps)))).toBe("migrations 4.0 s → gateway 1.2 s");
});

test("an image that had to be made is a part of it", () => {
  const image = step("gateway", 1000, 5300, { type: "docker:index/image:Image" });
  const spans = spansOf([...steps.slice(0, 3), image, step("gateway", 5300, 6000)]);
  expect(describePath(criticalPath(blueprint, spans))).toBe("image gateway 4.3 s → gateway 0.7 s");
});

test("the timeline has one scale for all", () => {
  expect(drawTimeline(spansOf(steps)).split("\n")).toEqual([
    "  database    create  2.1 s  ━━━━━━━━━━━━",
    "  redis       create  0.5 s  ━━━",
    "  migrations  create  4.0 s   ━━━━━━━━━━━━━━━━━━━━━━",
    "  gateway     create  1.2 s                         ━━━━━━━",
  ]);
});

test("a run that changed nothing has neither", () => {
  expect(drawTimeline(spansOf([]))).toBe("");
  expect(criticalPath(blueprint, spansOf([]))).toEqual([]);
});
