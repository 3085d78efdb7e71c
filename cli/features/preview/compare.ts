import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { EngineOptions, RunResult, StepReport } from "../../../engine/core/engine.ts";
import type { Provider } from "../../../engine/core/provider.ts";
import {
  mapChildren,
  type PropertyMap,
  type PropertyValue,
  revealAll,
  UNKNOWN,
} from "../../../engine/core/values.ts";
import type { CommandContext } from "../../stack/context.ts";
import { OWNERSHIP } from "../../engine-host/ownership.ts";
import { engineOptions } from "../../stack/state/deployment.ts";
import { requireCheckout } from "../../lib/require-checkout.ts";
import { readStackConfig } from "../../stack/config/stack-config.ts";
import { checkOut } from "./check-out.ts";
import { withoutLooking } from "./plan.ts";

/** What the program declared at two places of its history, as one list of steps; or the run that failed. */
export type Comparison =
  | { readonly ok: true; readonly steps: readonly StepReport[] }
  | { readonly ok: false; readonly where: string; readonly run: RunResult };

/**
 * Runs the program as it is at `ref` and as it is here, each on an empty stack, and compares what they declare. Needs
 * neither state nor engine. Config comes from each one's own files; env files of this checkout count for both.
 * @throws NSK-REF-UNKNOWN
 */
export async function compareWith(context: CommandContext, ref: string): Promise<Comparison> {
  const work = mkdtempSync(join(tmpdir(), "nasiko-compare-"));
  try {
    requireCheckout("nasiko preview --compare");
    const base = join(work, "base");
    await checkOut({ root: context.root, ref, folder: base });
    const options = await engineOptions({ context, blueprint: undefined, onEvent: () => undefined });
    const here = await declared(context, options, context.root, work);
    if (here.outcome !== "succeeded") return { ok: false, where: "here", run: here };
    const there = await declared(context, options, base, work);
    if (there.outcome !== "succeeded") return { ok: false, where: `at ${ref}`, run: there };
    return { ok: true, steps: await comparedSteps(there.steps, here.steps, options.providers) };
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** What the program in a folder declares when there is nothing yet. */
async function declared(
  context: CommandContext,
  options: EngineOptions,
  root: string,
  work: string,
): Promise<RunResult> {
  const { createDockerProvider } = await import("../../../engine/providers/docker/docker-provider.ts");
  const others = options.providers.filter((provider) => provider.package !== "docker");
  return context.engine.preview(
    withoutLooking({
      ...options,
      project: { ...options.project, root, main: "index.ts" },
      config: readStackConfig(root, context.stack).values,
      home: join(work, "home"),
      // Of a state that is never written.
      passphrase: "compare",
      providers: [createDockerProvider({ root, client: context.docker, ownership: OWNERSHIP }), ...others],
    }),
  );
}

/** Declarations of two programs as steps from the first to the second, compared by the providers' own diff. */
async function comparedSteps(
  before: readonly StepReport[],
  after: readonly StepReport[],
  providers: readonly Provider[],
): Promise<readonly StepReport[]> {
  const olds = new Map(before.map((step) => [step.urn, step]));
  const news = new Set(after.map(({ urn }) => urn));
  const kept = after.map(async (step) => {
    const old = olds.get(step.urn);
    return old === undefined ? step : stepFromTo(old, step, providers);
  });
  const gone = before
    .filter(({ urn }) => !news.has(urn))
    .map((step): StepReport => {
      const inputs = step.inputs?.after === undefined ? {} : { inputs: { before: step.inputs.after } };
      return { ...step, operation: "delete", ...inputs };
    });
  return [...(await Promise.all(kept)), ...gone];
}

async function stepFromTo(
  old: StepReport,
  step: StepReport,
  providers: readonly Provider[],
): Promise<StepReport> {
  const before = old.inputs?.after ?? {};
  const after = step.inputs?.after ?? {};
  const provider = providers.find((candidate) => candidate.types.includes(step.type));
  if (provider === undefined) return { ...step, operation: "same" };
  const recorded = { id: step.name, inputs: asKnown(before), outputs: asKnown(before) };
  const { changed, replaces } = await provider.diff(step, recorded, asKnown(after));
  const operation = replaces.length > 0 ? "replace" : changed.length > 0 ? "update" : "same";
  return { ...step, operation, changed, inputs: { before, after } };
}

/** What only a real run can know is the same on both sides, as far as anybody can tell. */
const asKnown = (inputs: PropertyMap): PropertyMap =>
  Object.fromEntries(Object.entries(revealAll(inputs)).map(([name, value]) => [name, known(value)]));

const known = (value: PropertyValue): PropertyValue =>
  value === UNKNOWN ? "(unknown)" : mapChildren(value, known);
