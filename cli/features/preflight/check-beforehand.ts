import type { Blueprint } from "../../../platform/blueprint/blueprint.ts";
import { throwProblems } from "../../../platform/errors/define-error.ts";
import type { CommandContext } from "../../stack/context.ts";
import { portInUse } from "./errors.ts";
import { problemsIn } from "../../lib/finding.ts";
import { type MovedPort, movePorts, settingOf } from "./move-ports.ts";
import { chosenPorts, DISK_OF_ENGINE, preflight, type Room } from "./preflight.ts";
import { evaluateBlueprint, policyProblems } from "../../../policies/evaluate-blueprint.ts";
import { sumUp } from "../../render/security.ts";
import { readStackRecord, updateStackRecord } from "../../stack/home/stack-record.ts";
import { today } from "../../lib/today.ts";

/** What was found before a run. */
interface Beforehand {
  /** Ports that moved just now; the stack's settings have them from here on. */
  readonly moved: readonly MovedPort[];
  /** What was told, and is told again before every run that finds the same. */
  readonly notes: readonly string[];
  /** Where the engine keeps images, when that can be seen from here. */
  readonly room: Room | undefined;
  /** Whether nothing had to be told about the room for images. */
  readonly isAmple: boolean;
}

/**
 * Finds everything that speaks against a run, before anything changes. With `autoPorts`, default ports that are taken
 * give way to free ones, and stay there for this stack: the next `up` must not move them back.
 * @throws all problems at once
 */
export async function checkBeforehand(
  context: CommandContext,
  blueprint: Blueprint,
  autoPorts: boolean,
): Promise<Beforehand> {
  const { output, home, stack } = context;
  const { findings, conflicts, engineMegabytes, room } = await preflight(context, blueprint);
  const { moved, fixed } = movePorts(conflicts, await chosenPorts(context));
  const inTheWay = autoPorts ? fixed : conflicts;
  const evaluation = evaluateBlueprint(blueprint, { today: today(), engineMegabytes });
  const noted = findings.filter(({ verdict }) => verdict === "note");
  const notes = [
    ...(evaluation.findings.length > 0
      ? [`! Policies: ${sumUp(evaluation)}; ./nasiko preview --security lists them.`]
      : []),
    ...noted.map(({ name, text }) => output.colors.yellow(`! ${name}: ${text}`)),
  ];
  for (const note of notes) output.note(note);
  if (!autoPorts && moved.length > 0)
    output.note("--auto-ports moves the default ports among those that are taken to free ones.");
  throwProblems([
    ...problemsIn(findings.filter(({ group }) => group !== "ports")),
    ...inTheWay.map((conflict) => portInUse(conflict)),
    ...policyProblems(evaluation),
  ]);
  const isAmple = noted.every(({ name }) => name !== DISK_OF_ENGINE);
  if (!autoPorts || moved.length === 0) return { moved: [], notes, room, isAmple };
  const ports = Object.fromEntries(moved.map(({ setting, to }) => [settingOf(setting), to]));
  updateStackRecord(home, stack, { ports: { ...readStackRecord(home, stack).ports, ...ports } });
  for (const { service, setting, from, to } of moved)
    output.note(`${service}: port ${from} is taken; ${to} from now on. ${setting} changes it.`);
  return { moved, notes, room, isAmple };
}
