import type { EngineEvent } from "../../../engine/core/engine.ts";
import type { Output } from "../output.ts";
import { progressLine } from "./progress.ts";

/** Tells a run line by line as it happens; what a step repeats is said once. */
export function narrate(output: Output): (event: EngineEvent) => void {
  const said = new Map<string, string>();
  return (event) => {
    const { kind, ...rest } = event;
    output.event({ event: kind, ...rest });
    if (event.kind === "step-progress") {
      if (said.get(event.urn) === event.message) return;
      said.set(event.urn, event.message);
    }
    const line = progressLine(event, output.colors);
    if (line !== undefined) output.note(line);
  };
}
