import { setTimeout as sleep } from "node:timers/promises";

import type { CommandResult } from "../../lib/command-result.ts";
import type { Handler } from "../define-command.ts";
import type { spec } from "./logs.ts";
import { byTime, type LogLine } from "../../features/logs/log-line.ts";
import { memberColors } from "../../features/logs/member-colors.ts";
import { followLogs, readLogLines } from "../../features/logs/read-logs.ts";
import { chosenContainers, stackContainers } from "../../stack/observe/stack-containers.ts";

/** Between two looks for containers that came up, in milliseconds. */
const PAUSE = 300;
const NOTHING: CommandResult = { exitCode: 0, text: "", json: { ok: true } };

export const handler: Handler<typeof spec> = async (context, { options, args }) => {
  const { docker, stack, output, cancel } = context;
  const { since, grep: pattern, follow, trace } = options;
  // A request may be long over.
  const tail = trace === undefined ? options.tail : undefined;
  const names = args.services;
  const chosen = await chosenContainers(docker, stack, names);
  const history = await Promise.all(chosen.map((each) => readLogLines(docker, each, { tail, since })));
  const lines = byTime(history.flat());
  const wanted = ({ text }: LogLine): boolean =>
    (pattern === undefined || pattern.test(text)) && (trace === undefined || text.includes(trace));
  const paint = memberColors(
    chosen.map(({ member }) => member),
    output.resultColors,
  );
  const show = (line: LogLine): void => {
    output.event({ event: "log", ...line });
    if (!options.events) output.line(`${paint(line.member)} ${line.text}`);
  };
  if (!follow) {
    const shown = lines.filter(wanted);
    return {
      exitCode: 0,
      text: shown.map(({ member, text }) => `${paint(member)} ${text}`).join("\n"),
      json: { ok: true, stack, lines: shown },
    };
  }
  for (const line of lines.filter(wanted)) show(line);
  await followLogs({
    docker,
    containers: async () =>
      (await stackContainers(docker, stack)).filter(
        ({ member }) => names.length === 0 || names.includes(member),
      ),
    known: new Map(lines.map(({ member, time }) => [member, time])),
    onLine: (line) => {
      if (wanted(line)) show(line);
    },
    signal: cancel,
    pause: () => sleep(PAUSE, undefined, { signal: cancel }).catch(() => undefined),
  });
  return NOTHING;
};
