import { setTimeout as sleep } from "node:timers/promises";

import type { Handler } from "../define-command.ts";
import type { spec } from "./wait.ts";
import { throwProblems } from "../../../platform/errors/define-error.ts";
import { serviceUnknown } from "../../../platform/blueprint/errors.ts";
import { nearest } from "../../../platform/settings/nearest.ts";
import { EXIT } from "../../lib/exit-codes.ts";
import { seconds } from "../../render/amounts.ts";
import { statusTable } from "../../features/status/status-table.ts";
import { lookAtStack } from "../../stack/observe/look-at-stack.ts";

/** Between two looks, in milliseconds. */
const PAUSE = 500;

/** Returns when what was asked for is so: everything, or these members, healthy, or down. */
export const handler: Handler<typeof spec> = async (context, { options, args }) => {
  const { cancel, output, stack } = context;
  const names = args.services;
  const { status: goal, timeout } = options;
  const startedAt = performance.now();
  for (;;) {
    const { members } = await lookAtStack(context);
    const known = members.map(({ name }) => name);
    // A name that is none would be waited for in vain.
    throwProblems(
      names
        .filter((name) => !known.includes(name))
        .map((name) => serviceUnknown({ name, nearest: nearest(name, known) })),
    );
    const chosen = members.filter(({ name }) => names.length === 0 || names.includes(name));
    const waiting = chosen.filter(({ ok, state }) =>
      goal === "healthy" ? !ok : state !== "missing" && state !== "exited" && state !== "done",
    );
    const milliseconds = Math.round(performance.now() - startedAt);
    const json = { stack, status: goal, milliseconds, waitingFor: waiting.map(({ name }) => name) };
    if (waiting.length === 0)
      return {
        exitCode: 0,
        text: `${goal} after ${seconds(milliseconds)}`,
        json: { ok: true, ...json },
      };
    if (milliseconds >= timeout || cancel.aborted)
      return {
        exitCode: EXIT.timeIsUp,
        text: [`Not ${goal} after ${timeout / 1000} s:`, statusTable(waiting, output.resultColors)].join(
          "\n",
        ),
        json: { ok: false, ...json },
      };
    await sleep(PAUSE, undefined, { signal: cancel }).catch(() => undefined);
  }
};
