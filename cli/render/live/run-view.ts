import type { EngineEvent } from "../../../engine/core/engine.ts";
import type { Blueprint } from "../../../platform/blueprint/blueprint.ts";
import { REGISTRY_SERVICE } from "../../../platform/services/names.ts";

/** Where a member stands in a run. */
export type Progress =
  | { readonly state: "waiting" }
  /** Something is done for it: its image is made, its container is started, its health is waited for. */
  | { readonly state: "working"; readonly since: number; readonly message: string }
  | { readonly state: "ready"; readonly tookMs: number; readonly changed: boolean }
  | { readonly state: "failed"; readonly tookMs: number };

export interface ViewMember {
  readonly name: string;
  readonly layer: string;
  /** Name of its container's resource in the program. */
  readonly resource: string;
  /** Name of its image's resource in the program. */
  readonly image: string;
  readonly needs: readonly string[];
  readonly progress: Progress;
}

/** A run as it stands: plain data, made from the blueprint and moved on by events. */
export interface RunView {
  /** In start order. */
  readonly members: readonly ViewMember[];
  /** Things that are removed, by name. */
  readonly leaving: readonly string[];
}

const CONTAINER = "docker:index/container:Container";
const IMAGES = ["docker:index/image:Image", "docker:index/remoteImage:RemoteImage"];

export function beginView({ layers, agents }: Blueprint): RunView {
  const services = layers.flatMap((layer) =>
    layer.services.map((service): ViewMember => ({
      name: service.name,
      layer: layer.name,
      resource: service.container.resourceName,
      image: service.image.name,
      needs: Object.keys(service.dependsOn),
      progress: { state: "waiting" },
    })),
  );
  const own = agents.map((agent): ViewMember => ({
    name: agent.name,
    layer: "agents",
    resource: agent.container.resourceName,
    image: agent.container.resourceName,
    needs: [REGISTRY_SERVICE],
    progress: { state: "waiting" },
  }));
  return { members: [...services, ...own], leaving: [] };
}

/** The view after one more event. @param now milliseconds since 1970 */
export function advance(view: RunView, event: EngineEvent, now: number): RunView {
  switch (event.kind) {
    case "step-started":
      if (event.operation === "delete") return { ...view, leaving: [...view.leaving, event.name] };
      return change(view, event, ({ progress }) =>
        progress.state === "working"
          ? progress
          : { state: "working", since: now, message: IMAGES.includes(event.type) ? "image" : "starting" },
      );
    case "step-progress":
      return change(view, partsOf(event.urn), ({ progress }) => ({
        state: "working",
        since: progress.state === "working" ? progress.since : now,
        message: event.message.replaceAll(/\s+/g, " "),
      }));
    case "step-finished":
      return finish(view, event.step, now);
    case "observed":
    case "saved":
    case "diagnostic":
      return view;
  }
}

type Step = Extract<EngineEvent, { readonly kind: "step-finished" }>["step"];

function finish(view: RunView, step: Step, now: number): RunView {
  const { operation, name, error, startedAt, finishedAt } = step;
  if (operation === "delete") return { ...view, leaving: view.leaving.filter((each) => each !== name) };
  // From the first thing that was done for it, its image included.
  const took = (progress: Progress): number =>
    progress.state === "working" ? now - progress.since : finishedAt - startedAt;
  if (step.type !== CONTAINER && error === undefined)
    // An image that is there changes nothing; one that was made is a part of the member's own time.
    return change(view, step, ({ progress }) =>
      progress.state === "working" ? { ...progress, message: "image is there" } : progress,
    );
  return change(view, step, ({ progress }) =>
    error === undefined
      ? { state: "ready", tookMs: took(progress), changed: operation !== "same" }
      : { state: "failed", tookMs: took(progress) },
  );
}

/** Moves on those members that a resource belongs to; an image may have several. */
function change(
  view: RunView,
  { type, name }: { readonly type: string; readonly name: string },
  move: (member: ViewMember) => Progress,
): RunView {
  const isOf = (member: ViewMember): boolean =>
    (type === CONTAINER && member.resource === name) || (IMAGES.includes(type) && member.image === name);
  const settled = ({ state }: Progress): boolean => state === "ready" || state === "failed";
  return {
    ...view,
    members: view.members.map((member) =>
      isOf(member) && !settled(member.progress) ? { ...member, progress: move(member) } : member,
    ),
  };
}

/** Type and name of a resource, from "urn:pulumi:local::nasiko::…$docker:index/container:Container::redis". */
function partsOf(urn: string): { readonly type: string; readonly name: string } {
  const [qualified = "", name = ""] = urn.split("::").slice(-2);
  return { type: qualified.slice(qualified.lastIndexOf("$") + 1), name };
}
