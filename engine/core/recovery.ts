import type { Observation } from "./provider.ts";
import type { RunContext } from "./run-context.ts";
import { refOf, unready } from "./resource-steps.ts";
import { revealAll } from "./values.ts";

/**
 * Looks for what creations made that an earlier run began and never reported on, and records it: what is whole as it
 * is, the rest as tainted. What is not found stays open, since the engine may still be at work on it.
 */
export async function recoverInterrupted({ state, providers, isTarget }: RunContext): Promise<void> {
  for (const { type: operation, resource } of state.abandoned()) {
    if (operation !== "creating" || !isTarget(resource)) continue;
    const { urn, type, inputs } = resource;
    const found = await providers.for(type, urn).recover(refOf(resource), revealAll(inputs));
    if (found === undefined) continue;
    const { id, outputs, complete } = found;
    state.end(urn);
    // The creation met an object that is recorded, and had no chance.
    if (state.unsettled().some((record) => record.type === type && record.id === id)) continue;
    const now = new Date().toISOString();
    const record = { ...resource, id, outputs, created: now, modified: now };
    state.adopt(complete ? record : unready(record));
  }
}

/** Takes up what an earlier run left open, then looks at everything that is recorded. */
export async function observeStack(context: RunContext): Promise<ReadonlyMap<string, Observation>> {
  const { providers, state, journal } = context;
  await recoverInterrupted(context);
  const observations = await providers.observe(state.unsettled());
  for (const { urn, reason } of observations.values()) journal.emit({ kind: "observed", urn, reason });
  return observations;
}
