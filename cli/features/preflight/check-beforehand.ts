import type { Blueprint } from "../../../platform/blueprint/blueprint.ts";
import { throwProblems } from "../../../platform/errors/define-error.ts";
import type { CommandContext } from "../../stack/context.ts";
import { portInUse } from "./errors.ts";
import { problemsIn } from "../../lib/finding.ts";
import { type MovedPort, movePorts, settingOf } from "./move-ports.ts";
import { chosenPorts, preflight } from "./preflight.ts";
import { evaluateBlueprint, policyProblems } from "../../../policies/evaluate-blueprint.ts";
import { sumUp } from "../../render/security.ts";
import { readStackRecord, updateStackRecord } from "../../stack/home/stack-record.ts";
import { today } from "../../lib/today.ts";

/**
 * Finds everything that speaks against a run, before anything changes. With `autoPorts`, default ports that are taken
 * give way to free ones, and stay there for this stack: the next `up` must not move them back.
 * @returns the ports that moved just now; the stack's settings have them from here on
 * @throws all problems at once
 */
export async function checkBeforehand(
  context: CommandContext,
  blueprint: Blueprint,
  autoPorts: boolean,
): Promise<readonly MovedPort[]> {
  const { output, home, stack } = context;
  const { findings, conflicts, engineMegabytes } = await preflight(context, blueprint);
  const { moved, fixed } = movePorts(conflicts, await chosenPorts(context));
  const inTheWay = autoPorts ? fixed : conflicts;
  const evaluation = evaluateBlueprint(blueprint, { today: today(), engineMegabytes });
  if (evaluation.findings.length > 0)
    output.note(`! Policies: ${sumUp(evaluation)}; ./nasiko preview --security lists them.`);
  for (const { verdict, name, text } of findings)
    if (verdict === "note") output.note(output.colors.yellow(`! ${name}: ${text}`));
  if (!autoPorts && moved.length > 0)
    output.note("--auto-ports moves the default ports among those that are taken to free ones.");
  throwProblems([
    ...problemsIn(findings.filter(({ group }) => group !== "ports")),
    ...inTheWay.map((conflict) => portInUse(conflict)),
    ...policyProblems(evaluation),
  ]);
  if (!autoPorts || moved.length === 0) return [];
  const ports = Object.fromEntries(moved.map(({ setting, to }) => [settingOf(setting), to]));
  updateStackRecord(home, stack, { ports: { ...readStackRecord(home, stack).ports, ...ports } });
  for (const { service, setting, from, to } of moved)
    output.note(`${service}: port ${from} is taken; ${to} from now on. ${setting} changes it.`);
  return moved;
}
