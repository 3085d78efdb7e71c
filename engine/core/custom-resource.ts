import { deleteDependents } from "./cascade.ts";
import { inputsInvalid, registrationRefused, resourceProtected } from "./errors.ts";
import type { PlannedInputs } from "./journal.ts";
import { performStep, reportPlanned } from "./perform-step.ts";
import type { StepDescription } from "./perform-step.ts";
import { planStep } from "./plan.ts";
import type { Step } from "./plan.ts";
import { keepOld } from "./property-path.ts";
import { markProperties, markSecrets, withoutReferences, withoutUndefined } from "./property-values.ts";
import { afterInterruptedUpdate } from "./interrupted-update.ts";
import type { Registered, ResourceGoal } from "./protocol.ts";
import type { Provider } from "./provider.ts";
import type { ProgramRun } from "./registration.ts";
import { recordFor } from "./registration.ts";
import type { ResourceRecord } from "./resource-record.ts";
import { createResource, deleteResource, recordedOf, refOf, updateResource } from "./resource-steps.ts";
import type { PropertyMap } from "./values.ts";
import { knownOf, revealAll } from "./values.ts";

/** A decision, with all that is needed to carry it out. */
interface Planned {
  readonly step: Step;
  readonly provider: Provider;
  /** With what was observed about it; undefined when there is none. */
  readonly old: ResourceRecord | undefined;
  readonly wanted: ResourceRecord;
}

/**
 * Makes the outside world hold what a goal says, and records it.
 * @throws StepFailed and user errors; what is known of the resource is recorded by then
 */
export async function registerCustom(run: ProgramRun, goal: ResourceGoal, urn: string): Promise<Registered> {
  const planned = await planResource(run, goal, urn);
  const { step, old, wanted } = planned;
  const { type, inputs, protect } = wanted;
  const objections = run.analyze({ urn, type, inputs: knownOf(inputs), protect });
  if (objections.length > 0) throw registrationRefused({ urn, objections });
  if (step.operation === "replace" && step.deletion !== "gone" && old?.protect === true && goal.protect)
    throw resourceProtected({ names: [goal.name], verb: "replaced" });
  if (step.operation === "same") return settleSame(run, planned);
  // What has to go with a resource goes before its own step: the two would wait for each other's places.
  if (step.operation === "replace" && step.deletion === "before" && old !== undefined) {
    await planned.provider.assertRemovable?.(refOf(old), recordedOf(old));
    await deleteDependents(run, old);
  }
  if (run.dryRun) return settlePlanned(run, planned);
  const record = await performStep(run, describe(planned), (tools) => {
    const { provider } = planned;
    if (step.operation === "update" && old !== undefined)
      return updateResource(run, provider, old, wanted, tools);
    if (step.operation === "replace" && step.deletion === "before" && old !== undefined)
      return replaceResource(run, planned, old, tools);
    const keep = step.operation === "replace" && step.deletion === "after";
    return createResource(run, provider, wanted, tools, keep);
  });
  return { urn, outputs: record?.outputs ?? {}, ...(record?.id !== undefined && { id: record.id }) };
}

async function replaceResource(
  run: ProgramRun,
  { provider, wanted }: Planned,
  old: ResourceRecord,
  tools: Parameters<Parameters<typeof performStep>[2]>[0],
): Promise<ResourceRecord> {
  // The record stays until its successor is there: other records may still name it.
  await deleteResource(run, provider, old, tools, () =>
    run.state.amend(old.urn, { pendingReplacement: true }),
  );
  return createResource(run, provider, wanted, tools);
}

async function planResource(run: ProgramRun, goal: ResourceGoal, urn: string): Promise<Planned> {
  const provider = run.providers.for(goal.type, urn);
  const reference = run.defaults.referenceFor(provider, goal);
  const recorded = run.state.find(urn);
  const observation = run.observations.get(urn);
  const old =
    recorded !== undefined && observation?.finding.kind === "changed"
      ? { ...recorded, outputs: patched(recorded, observation.finding.outputs) }
      : recorded;
  const there = old?.pendingReplacement === true || observation?.finding.kind === "missing" ? undefined : old;

  const program = withoutReferences(goal.inputs) as PropertyMap; // a map stays a map
  const ref = { urn, type: goal.type, name: goal.name };
  const check = async (olds: PropertyMap | undefined, news: PropertyMap): Promise<PropertyMap> => {
    const checked = await provider.check(ref, olds, revealAll(news));
    if (checked.failures.length > 0)
      throw inputsInvalid({ name: goal.name, type: goal.type, failures: checked.failures });
    return markSecrets(withoutUndefined(checked.inputs), news);
  };
  const kept = there === undefined ? program : keepOld(goal.ignoreChanges, program, there.inputs);
  const inputs = await check(there === undefined ? undefined : revealAll(there.inputs), kept);
  const updating = run.state.interrupted(urn);
  const known =
    there !== undefined && updating?.type === "updating"
      ? afterInterruptedUpdate(there, updating.resource, inputs)
      : there;
  const diff =
    known === undefined ? undefined : await provider.diff(ref, recordedOf(known), revealAll(inputs));
  const { replaceOnChanges, deleteBeforeReplace } = goal;
  const deletedBecause = run.cascades.get(urn)?.reason;
  const past = known ?? old;
  const situation = {
    old: past,
    observation,
    diff,
    deletedBecause,
    inputs,
    replaceOnChanges,
    deleteBeforeReplace,
  };
  const step = planStep(situation);

  // A successor takes nothing over: automatic names must differ while both exist.
  const isReplaced = step.operation === "replace" && there !== undefined;
  const final = isReplaced ? await check(undefined, program) : inputs;
  return { step, provider, old: past, wanted: recordFor(goal, urn, final, old, reference) };
}

/** Recorded outputs with what was seen instead, as secret as they were. */
function patched(record: ResourceRecord, seen: PropertyMap): PropertyMap {
  return { ...record.outputs, ...markSecrets(seen, record.outputs) };
}

function settleSame(run: ProgramRun, { old, wanted, step }: Planned): Registered {
  const outputs = markProperties(old?.outputs ?? {}, wanted.additionalSecretOutputs);
  const id = old?.id === undefined ? {} : { id: old.id };
  run.state.end(wanted.urn);
  run.state.settle({ ...wanted, ...id, outputs });
  const { urn, type } = wanted;
  reportPlanned(run, { urn, type, operation: step.operation, inputs: inputsOf(old, wanted) }, old?.id);
  return { urn: wanted.urn, outputs, ...id };
}

/** The outcome of a dry run: what only the real step can know is left out, which the SDK takes for unknown. */
function settlePlanned(run: ProgramRun, planned: Planned): Registered {
  const { step, old, wanted } = planned;
  const updated = step.operation === "update" && old !== undefined;
  const outputs = updated ? updatedOutputs(old, wanted, step.changed) : visible(wanted.inputs);
  const id = updated && old.id !== undefined ? { id: old.id } : {};
  const marked = markProperties(outputs, wanted.additionalSecretOutputs);
  // Its deletion is a step of its own, at the end.
  if (step.operation === "replace" && step.deletion === "after") run.state.markForDeletion(wanted.urn);
  run.state.settle({ ...wanted, ...id, outputs: marked });
  reportPlanned(run, { ...describe(planned), inputs: inputsOf(old, wanted) }, id.id);
  return { urn: wanted.urn, outputs: marked, ...id };
}

function updatedOutputs(
  old: ResourceRecord,
  wanted: ResourceRecord,
  changed: readonly string[],
): PropertyMap {
  const kept = Object.entries(old.outputs).filter(([key]) => !changed.includes(key));
  const set = Object.entries(visible(wanted.inputs)).filter(([key]) => changed.includes(key));
  return Object.fromEntries([...kept, ...set]);
}

/** Inputs without the providers' notes to themselves, e.g. `__defaults`. */
function visible(inputs: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => !key.startsWith("__")));
}

const inputsOf = (old: ResourceRecord | undefined, wanted: ResourceRecord): PlannedInputs => ({
  ...(old !== undefined && { before: old.inputs }),
  after: wanted.inputs,
});

function describe({ step, wanted }: Planned): StepDescription {
  const { operation } = step;
  const changed = "changed" in step ? step.changed : [];
  const reason = "reason" in step ? step.reason : undefined;
  return { urn: wanted.urn, type: wanted.type, operation, changed, reason };
}
