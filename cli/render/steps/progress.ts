import type { EngineEvent, StepOperation, StepReport } from "../../../engine/core/engine.ts";
import type { Colors } from "../output.ts";
import { seconds } from "../amounts.ts";

/** What people call a resource type; types that are not here are structure, not things on the engine. */
const KINDS: Readonly<Record<string, string>> = {
  "docker:index/container:Container": "container",
  "docker:index/image:Image": "image",
  "docker:index/remoteImage:RemoteImage": "image",
  "docker:index/network:Network": "network",
  "docker:index/volume:Volume": "volume",
  "random:index/randomPassword:RandomPassword": "secret",
};

/** @example describeResource({ type: "docker:index/container:Container", name: "redis" }) // "container redis" */
export function describeResource({
  type,
  name,
}: {
  readonly type: string;
  readonly name: string;
}): string | undefined {
  const kind = KINDS[type];
  return kind === undefined ? undefined : `${kind} ${name}`;
}

const DONE: Readonly<Record<StepOperation, string>> = {
  same: "unchanged",
  create: "created",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
};

/** One line for one event of a run, or nothing when it tells people nothing. */
export function progressLine(event: EngineEvent, colors: Colors): string | undefined {
  switch (event.kind) {
    case "observed":
      return colors.yellow(`! ${lastName(event.urn)}: ${event.reason}`);
    case "step-finished":
      return finishedLine(event.step, colors);
    case "step-progress":
      return colors.dim(`    ${lastName(event.urn)}: ${shorten(event.message)}`);
    case "diagnostic":
      return event.severity === "warning" ? colors.yellow(`! ${event.message}`) : undefined;
    case "step-started":
    case "saved":
      return undefined;
  }
}

function finishedLine(step: StepReport, colors: Colors): string | undefined {
  const resource = describeResource(step);
  if (resource === undefined || step.operation === "same") return undefined;
  const took = colors.dim(seconds(step.finishedAt - step.startedAt));
  if (step.error !== undefined) return colors.red(`✗ ${resource} failed after ${took}`);
  return `${colors.green("✓")} ${resource} ${DONE[step.operation]}  ${took}${because(step)}`;
}

function because({ reason, changed }: StepReport): string {
  const why = [
    ...(reason === undefined ? [] : [reason]),
    ...(changed.length === 0 ? [] : [changed.join(", ")]),
  ];
  return why.length === 0 ? "" : ` (${why.join("; ")})`;
}

/** Build steps can be pages long; a line of progress is one line. */
const shorten = (text: string): string => (text.length > 100 ? `${text.slice(0, 99)}…` : text);

/** Name at the end of a URN, e.g. "redis". */
const lastName = (urn: string): string => urn.slice(urn.lastIndexOf("::") + 2);
