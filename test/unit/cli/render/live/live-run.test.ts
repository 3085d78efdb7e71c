import { stripVTControlCharacters } from "node:util";

import fc from "fast-check";
import { createColors } from "picocolors";
import { describe, expect, test } from "vitest";

import { drawRun, type Frame } from "../../../../../cli/render/live/draw-run.ts";
import { advance, beginView, type RunView } from "../../../../../cli/render/live/run-view.ts";
import type { EngineEvent, StepOperation } from "../../../../../engine/core/engine.ts";
import { service } from "../../../platform/blueprint/catalogues.ts";
import { agent } from "../../agents.ts";
import { blueprintOf } from "../../blueprints.ts";

const CONTAINER = "docker:index/container:Container";
const urn = (name: string): string =>
  `urn:pulumi:local::nasiko::nasiko:platform:Platform$nasiko:platform:Layer$${CONTAINER}::${name}`;

const started = (name: string, operation: StepOperation = "create", type = CONTAINER): EngineEvent => ({
  kind: "step-started",
  urn: urn(name),
  type,
  name,
  operation,
});
const progress = (name: string, message: string): EngineEvent => ({
  kind: "step-progress",
  urn: urn(name),
  message,
});
const finished = (
  name: string,
  more: { readonly operation?: StepOperation; readonly error?: string } = {},
): EngineEvent => ({
  kind: "step-finished",
  step: {
    urn: urn(name),
    type: CONTAINER,
    name,
    operation: "create",
    changed: [],
    startedAt: 0,
    finishedAt: 1500,
    ...more,
  },
});

const blueprint = {
  ...blueprintOf([service("db"), service("gateway", { dependsOn: { db: "healthy" } })]),
  agents: [agent("translator")],
};

const frame: Frame = {
  columns: 80,
  rows: 24,
  colors: createColors(false),
  now: 5000,
  startedAt: 0,
  stack: "local",
};

const after = (...events: readonly EngineEvent[]): RunView =>
  events.reduce((view, event) => advance(view, event, 3000), beginView(blueprint));

describe("the tree of a run", () => {
  test("says what each waits for, by layer", () => {
    expect(drawRun(after(started("db"), progress("db", "waiting for\nhealth (starting)")), frame)).toBe(
      [
        "local  0 of 3 ready  5.0 s",
        "data",
        "  ⠋ db           2.0 s  waiting for health (starting)",
        "  · gateway             waits for db",
        "agents",
        "  · translator",
      ].join("\n"),
    );
  });

  test("shows what is done, unchanged, failed and leaving", () => {
    const view = after(
      started("db", "same"),
      finished("db", { operation: "same" }),
      started("gateway"),
      finished("gateway", { error: "exited" }),
      started("old", "delete"),
    );
    const lines = drawRun(view, frame).split("\n");
    expect(lines).toContain("  ✓ db          unchanged");
    expect(lines).toContain("  ✗ gateway      0.0 s  failed");
    expect(lines.at(-1)).toBe("removing old");
  });

  test("counts the making of an image to the time of its container", () => {
    const image = advance(beginView(blueprint), started("db", "create", "docker:index/image:Image"), 1000);
    const ready = advance(image, finished("db"), 9000);
    expect(ready.members[0]?.progress).toEqual({ state: "ready", tookMs: 8000, changed: true });
  });

  test("ends with what is said below it", () => {
    expect(
      drawRun(after(), { ...frame, footer: "stopping" })
        .split("\n")
        .at(-1),
    ).toBe("stopping");
  });

  test("never leaves a terminal, however small, and never loses what failed", () => {
    const many = blueprintOf(Array.from({ length: 30 }, (_, index) => service(`service-number-${index}`)));
    const events = fc.array(
      fc.oneof(
        fc.nat({ max: 29 }).map((index) => started(`service-number-${index}`)),
        fc
          .tuple(fc.nat({ max: 29 }), fc.string({ maxLength: 200 }))
          .map(([index, text]) => progress(`service-number-${index}`, text)),
        fc.nat({ max: 29 }).map((index) => finished(`service-number-${index}`)),
      ),
      { maxLength: 60 },
    );
    const size = fc.record({
      columns: fc.integer({ min: 40, max: 200 }),
      rows: fc.integer({ min: 8, max: 60 }),
    });
    fc.assert(
      fc.property(events, size, (happened, terminal) => {
        const begun = advance(beginView(many), finished("service-number-7", { error: "no" }), 0);
        const view = happened.reduce((before, event) => advance(before, event, 3000), begun);
        const lines = stripVTControlCharacters(
          drawRun(view, { ...frame, ...terminal, colors: createColors(true) }),
        ).split("\n");
        expect(lines.length).toBeLessThan(terminal.rows);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(terminal.columns);
        expect(lines.some((line) => line.includes("✗ service-number-7"))).toBe(true);
      }),
    );
  });
});
