import { stripVTControlCharacters } from "node:util";

import type { Colors } from "../output.ts";
import { seconds } from "../amounts.ts";
import type { RunView, ViewMember } from "./run-view.ts";

export interface Frame {
  readonly columns: number;
  readonly rows: number;
  readonly colors: Colors;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly startedAt: number;
  readonly stack: string;
  /** What the last line says, e.g. that it is being stopped. @default nothing */
  readonly footer?: string;
}

const SPINNER = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
/** Milliseconds per picture of the spinner. */
const PICTURE = 100;

/** The tree of a run, no wider and no higher than the frame: what is settled is folded where it would not fit. */
export function drawRun(view: RunView, frame: Frame): string {
  const head = headLine(view, frame);
  const foot = [
    ...(view.leaving.length === 0 ? [] : [frame.colors.dim(`removing ${view.leaving.join(", ")}`)]),
    ...(frame.footer === undefined ? [] : [frame.colors.yellow(frame.footer)]),
  ];
  // One row stays free: the cursor stands there.
  const room = frame.rows - 2 - foot.length;
  const shapes = [whole, foldedLayers, onlyBusy];
  const bodies = shapes.map((shape) => shape(view, frame));
  const body = bodies.find((lines) => lines.length <= room) ?? (bodies.at(-1) ?? []).slice(0, room);
  return [head, ...body, ...foot].map((line) => clip(line, frame.columns)).join("\n");
}

function headLine({ members }: RunView, { stack, now, startedAt, colors }: Frame): string {
  const ready = members.filter(({ progress }) => progress.state === "ready").length;
  return `${colors.bold(stack)}  ${ready} of ${members.length} ready  ${colors.dim(seconds(now - startedAt))}`;
}

function whole(view: RunView, frame: Frame): readonly string[] {
  return layersOf(view).flatMap(([layer, members]) => [
    frame.colors.bold(layer),
    ...members.map((member) => memberLine(member, view, frame)),
  ]);
}

/** Layers in which nothing happens any more, or yet, are one line each. */
function foldedLayers(view: RunView, frame: Frame): readonly string[] {
  return layersOf(view).flatMap(([layer, members]) => {
    const busy = members.filter(
      ({ progress }) => progress.state === "working" || progress.state === "failed",
    );
    const counts = countsOf(members);
    return [
      `${frame.colors.bold(layer)}  ${frame.colors.dim(counts)}`,
      ...busy.map((member) => memberLine(member, view, frame)),
    ];
  });
}

/** What failed, then what is busy. */
function onlyBusy(view: RunView, frame: Frame): readonly string[] {
  const of = (state: string): readonly ViewMember[] =>
    view.members.filter(({ progress }) => progress.state === state);
  return [
    ...[...of("failed"), ...of("working")].map((member) => memberLine(member, view, frame)),
    frame.colors.dim(`  ${countsOf(view.members)}`),
  ];
}

function countsOf(members: readonly ViewMember[]): string {
  const count = (state: string): number => members.filter(({ progress }) => progress.state === state).length;
  const [ready, waiting] = [count("ready"), count("waiting")];
  return [...(ready === 0 ? [] : [`${ready} ready`]), ...(waiting === 0 ? [] : [`${waiting} waiting`])].join(
    ", ",
  );
}

function layersOf({ members }: RunView): readonly (readonly [string, readonly ViewMember[]])[] {
  return [...Map.groupBy(members, ({ layer }) => layer)];
}

function memberLine(member: ViewMember, view: RunView, { colors, now }: Frame): string {
  const { progress } = member;
  const width = Math.max(...view.members.map(({ name }) => name.length));
  const name = member.name.padEnd(width);
  switch (progress.state) {
    case "waiting": {
      const needs = pendingNeeds(member, view);
      return colors.dim(`  · ${name}${needs.length === 0 ? "" : `          waits for ${needs.join(", ")}`}`);
    }
    case "working": {
      const picture = SPINNER[Math.floor(now / PICTURE) % SPINNER.length] ?? "";
      const elapsed = seconds(now - progress.since).padStart(8);
      return `  ${colors.cyan(picture)} ${name}${elapsed}  ${colors.dim(progress.message)}`;
    }
    case "ready":
      return progress.changed
        ? `  ${colors.green("✓")} ${name}${seconds(progress.tookMs).padStart(8)}`
        : colors.dim(`  ✓ ${name}  unchanged`);
    case "failed":
      return colors.red(`  ✗ ${name}${seconds(progress.tookMs).padStart(8)}  failed`);
  }
}

/** What it needs and is not ready; of what failed it waits in vain. */
function pendingNeeds({ needs }: ViewMember, { members }: RunView): readonly string[] {
  return needs.filter((need) =>
    members.some(({ name, progress }) => name === need && progress.state !== "ready"),
  );
}

/** Cuts a line to a width; where it has to, colours are given up with the rest. */
function clip(line: string, columns: number): string {
  const plain = stripVTControlCharacters(line);
  return plain.length <= columns ? line : `${plain.slice(0, columns - 1)}…`;
}
