import type { PastRun } from "../../../engine/core/history.ts";
import { createRedaction } from "../../lib/redact.ts";
import type { AgentChange } from "./worker-trail.ts";

/** Who changed who may do what, or tried and was refused. */
export interface AccessChange {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Name of who did it; the id of somebody who is gone. */
  readonly actor: string;
  /** e.g. "user.revoke" */
  readonly action: string;
  readonly target: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Nobody writes secrets into the trail; whoever was refused something may have sent one with it. */
export const withoutSecrets = (detail: AccessChange["detail"]): AccessChange["detail"] =>
  Object.fromEntries(
    Object.entries(detail).map(([name, value]) => [name, typeof value === "string" ? redact(value) : value]),
  );

const redact = createRedaction([]);

/** Something that was done with a stack: by the command, by the worker, or by the authentication service. */
export type Event =
  | { readonly kind: "run"; readonly at: number; readonly run: PastRun }
  | { readonly kind: "agent"; readonly at: number; readonly change: AgentChange }
  | { readonly kind: "access"; readonly at: number; readonly change: AccessChange };

export type EventKind = Event["kind"];
export const EVENT_KINDS: readonly EventKind[] = ["run", "agent", "access"];

/** What the trails hold, each in any order. */
export interface Trails {
  readonly runs: readonly PastRun[];
  readonly agents: readonly AgentChange[];
  readonly access: readonly AccessChange[];
}

export interface Wanted {
  /** Milliseconds since 1970. @default from the beginning */
  readonly since: number | undefined;
  readonly limit: number;
}

/** The latest events of all trails, the latest first. A run counts from when it began. */
export function latestEvents(
  { runs, agents, access }: Trails,
  { since = -Infinity, limit }: Wanted,
): readonly Event[] {
  const events: readonly Event[] = [
    ...runs.map((run): Event => ({ kind: "run", at: run.startedAt, run })),
    ...agents.map((change): Event => ({ kind: "agent", at: change.at, change })),
    ...access.map((change): Event => ({ kind: "access", at: change.at, change })),
  ];
  return events
    .filter(({ at }) => at >= since)
    .toSorted((one, other) => other.at - one.at)
    .slice(0, limit);
}
