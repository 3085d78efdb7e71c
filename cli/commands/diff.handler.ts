import { loadSettings } from "../../platform/settings/load.ts";
import type { CommandResult } from "../lib/command-result.ts";
import type { Handler } from "./define-command.ts";
import type { spec } from "./diff.ts";
import type { CommandContext } from "../stack/context.ts";
import { table } from "../render/table.ts";
import { type Comparison, compareStacks } from "../features/diff/compare-stacks.ts";
import { stackConfigOf } from "../stack/config/stack-config.ts";

/** What differs between two stacks, and which settings make it so; from their config files alone. */
export const handler: Handler<typeof spec> = (context, { args }) => {
  const [left, right] = args.stacks;
  const comparison = compareStacks({
    root: context.root,
    program: context.program,
    left: settingsOf(context, left),
    right: settingsOf(context, right),
  });
  return Promise.resolve<CommandResult>({
    exitCode: 0,
    text: describe(left, right, comparison),
    json: { ok: true, left, right, ...comparison },
  });
};

/** Without this shell's variables: they would count for both stacks and hide what differs. */
const settingsOf = (context: CommandContext, stack: string): ReturnType<typeof loadSettings> =>
  loadSettings({
    root: context.program,
    stack,
    environment: {},
    stackConfig: stackConfigOf(context, stack).values,
  });

function describe(left: string, right: string, { settings, differences, alike }: Comparison): string {
  if (settings.length === 0 && differences.length === 0)
    return `${left} and ${right} are alike: ${alike} services, jobs and agents.`;
  return [
    "Settings",
    table([
      ["  setting", left, right],
      ...settings.map((row) => [`  nasiko:${row.setting}`, row.left, row.right]),
    ]),
    "",
    "What they make different",
    table([
      ["  what", "", left, right, "because of"],
      ...differences.map(({ subject, what, because, ...values }) => [
        `  ${subject}`,
        what,
        shorten(values.left),
        shorten(values.right),
        because.join(", "),
      ]),
    ]),
    "",
    `${alike} services, jobs and agents are alike.`,
  ].join("\n");
}

const LONGEST = 48;
const shorten = (text: string): string => {
  const line = text
    .split("\n")
    .map((line) => line.trim())
    .join(" ");
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
};
