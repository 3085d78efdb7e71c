import type { EngineEvent } from "../../../engine/core/engine.ts";
import type { Blueprint } from "../../../platform/blueprint/blueprint.ts";
import type { CommandContext } from "../../stack/context.ts";
import { narrate } from "../../render/steps/narrate.ts";
import { drawRun } from "../../render/live/draw-run.ts";
import { advance, beginView, type RunView } from "../../render/live/run-view.ts";

/** How often the tree is drawn, in milliseconds: as often as the spinner turns. */
const FRAME = 100;

export interface WatchedRun {
  readonly onEvent: (event: EngineEvent) => void;
  /** Draws for the last time, and gives the terminal back. */
  readonly close: () => void;
}

/** Shows a run as it goes: a tree on a terminal, a line per event elsewhere. */
export async function watchRun(context: CommandContext, blueprint: Blueprint): Promise<WatchedRun> {
  const { output, stack, cancel } = context;
  const screen = await output.openScreen();
  const report = narrate(output);
  if (screen === undefined) return { onEvent: report, close: () => undefined };
  const startedAt = Date.now();
  let view: RunView = beginView(blueprint);
  const draw = (): void => {
    screen.draw(
      drawRun(view, {
        columns: screen.columns(),
        rows: screen.rows(),
        colors: output.colors,
        now: Date.now(),
        startedAt,
        stack,
        ...(cancel.aborted ? { footer: "stopping: what runs is finished and saved" } : {}),
      }),
    );
  };
  const timer = setInterval(draw, FRAME);
  timer.unref();
  return {
    onEvent: (event) => {
      view = advance(view, event, Date.now());
      // The tree has no room for them, and they must not get lost.
      if (event.kind === "observed" || event.kind === "diagnostic") report(event);
    },
    close: () => {
      clearInterval(timer);
      draw();
      screen.close();
    },
  };
}
