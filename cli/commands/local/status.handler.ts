import { setTimeout as sleep } from "node:timers/promises";

import type { CommandResult } from "../../lib/command-result.ts";
import type { Handler } from "../define-command.ts";
import type { spec } from "./status.ts";
import type { CommandContext } from "../../stack/context.ts";
import { EXIT } from "../../lib/exit-codes.ts";
import { statusTable } from "../../features/status/status-table.ts";
import { describeOrphans } from "../../stack/observe/orphans.ts";
import { lookAtStack } from "../../stack/observe/look-at-stack.ts";

/** Between two looks of --watch, in milliseconds. */
const PAUSE = 1000;

export const handler: Handler<typeof spec> = async (context, { options }) =>
  options.watch ? keepLooking(context, options.events) : look(context);

async function look(context: CommandContext): Promise<CommandResult> {
  const { plan, members, orphans } = await lookAtStack(context, true);
  const healthy = members.every(({ ok }) => ok);
  return {
    exitCode: healthy ? 0 : EXIT.notHealthy,
    text: [
      statusTable(members, context.output.resultColors),
      ...describeOrphans(orphans, context.stack),
    ].join("\n"),
    json: {
      ok: healthy,
      stack: context.stack,
      services: members.filter(({ kind }) => kind !== "agent"),
      agents: members.filter(({ kind }) => kind === "agent"),
      strays: orphans,
      urls: Object.fromEntries(plan.urls.map(({ label, url }) => [label, url])),
    },
  };
}

/** Until Ctrl-C; without a screen, a new table whenever something changed. */
async function keepLooking(context: CommandContext, events: boolean): Promise<CommandResult> {
  const { output, cancel } = context;
  const screen = await output.openScreen();
  let last = await look(context);
  let said = "";
  for (;;) {
    const { text, json } = last;
    const key = JSON.stringify(json, withoutFigures);
    if (screen !== undefined) screen.draw(`${text}\n\n${context.stack}: Ctrl-C ends the watch`);
    else if (key !== said) {
      output.event({ event: "status", ...json });
      if (!events) output.line(text);
    }
    said = key;
    await sleep(PAUSE, undefined, { signal: cancel }).catch(() => undefined);
    if (cancel.aborted) break;
    last = await look(context);
  }
  screen?.close();
  return { ...last, text: "" };
}

/** Figures change with every request: they make no news of their own. */
const withoutFigures = (name: string, value: unknown): unknown => (name === "requests" ? undefined : value);
