import type { CommandContext } from "../../stack/context.ts";
import { ensureHome } from "../../stack/home/home.ts";
import { confirm } from "../../render/ask.ts";
import { setupDeclined, setupImpossible } from "./errors.ts";
import { inspectMachine } from "./machine.ts";
import { performStep } from "./perform.ts";
import { describeStep, planSetup } from "./plan.ts";

/**
 * Puts in place what is missing on this machine: says what first, and asks unless `yes`.
 * @returns what was done, in words; empty when nothing was missing
 * @throws NSK-SETUP-IMPOSSIBLE, NSK-SETUP-DECLINED, NSK-SETUP-FAILED
 */
export async function setUp(context: CommandContext, yes: boolean): Promise<readonly string[]> {
  const plan = planSetup(await inspectMachine(context.environment));
  if (!plan.possible) throw setupImpossible({ missing: plan.missing });
  const steps = plan.steps.map(describeStep);
  if (steps.length === 0) return [];
  context.output.note(`Missing on this machine. Setup will: ${steps.join("; ")}.`);
  if (!yes && !(await confirm(context.terminal, "Go on?"))) throw setupDeclined({ steps });
  ensureHome(context.home);
  for (const step of plan.steps) {
    context.output.note(`  ${describeStep(step)} …`);
    await performStep(step, context.home);
  }
  return steps;
}
