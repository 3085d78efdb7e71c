import { registerCustom } from "./custom-resource.ts";
import { RunCanceled, StepFailed } from "./perform-step.ts";
import { withoutUndefined } from "./property-values.ts";
import type { Registered, ResourceGoal } from "./protocol.ts";
import type { ProgramRun } from "./registration.ts";
import { recordFor } from "./registration.ts";
import { answerFromRecord, requireGround } from "./targets.ts";
import { makeUrn } from "./urn.ts";
import type { PropertyMap } from "./values.ts";

/**
 * Registers one resource that the program declares.
 * @throws whatever went wrong; it is in the journal by then
 */
export async function register(run: ProgramRun, goal: ResourceGoal): Promise<Registered> {
  const { project, stack, state, claimed, cascades, journal } = run;
  const urn = makeUrn({ stack, project, type: goal.type, name: goal.name, parent: goal.parent });
  try {
    if (run.cancel.aborted) throw new RunCanceled();
    if (claimed.has(urn))
      throw new Error(`two resources of type ${goal.type} are named ${goal.name}; give one another name`);
    claimed.add(urn);
    if (!run.isTarget({ urn, parent: goal.parent })) return answerFromRecord(run, urn);
    requireGround(run, goal);
    if (!goal.custom) {
      const old = state.find(urn);
      const now = new Date().toISOString();
      const record = recordFor(goal, urn, goal.inputs, old);
      state.settle({ created: now, modified: now, ...record, outputs: old?.outputs ?? {} });
      return { urn, outputs: {} };
    }
    // A dependent that is just being deleted must be gone before it is looked at.
    await cascades.get(urn)?.done;
    const registered = await registerCustom(run, goal, urn);
    cascades.delete(urn);
    return registered;
  } catch (error) {
    if (!(error instanceof StepFailed) && !(error instanceof RunCanceled)) journal.fail(error, urn);
    throw error;
  }
}

/** Records the outputs of a component, or of the stack. */
export function registerOutputs(run: ProgramRun, urn: string, outputs: PropertyMap): void {
  if (!run.claimed.has(urn)) throw new Error(`outputs of ${urn}, which was not registered`);
  if (!run.isTarget({ urn, parent: run.state.find(urn)?.parent })) return;
  run.state.amend(urn, { outputs: withoutUndefined(outputs) });
}
