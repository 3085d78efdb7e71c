import { setTimeout as sleep } from "node:timers/promises";

import { type CommandResult, type Handler, type OptionValues, wordsOf } from "./command.ts";
import { byTime, type LogLine, sinceMoment } from "../features/logs/log-line.ts";
import { memberColors } from "../features/logs/member-colors.ts";
import { followLogs, readLogLines } from "../features/logs/read-logs.ts";
import { chosenContainers, stackContainers } from "../stack/observe/stack-containers.ts";
import { optionInvalid } from "./errors.ts";

/** Between two looks for containers that came up, in milliseconds. */
const PAUSE = 300;
/** Enough to see what happened, and not a month of it. */
const DEFAULT_TAIL = "100";
const NOTHING: CommandResult = { exitCode: 0, text: "", json: { ok: true } };

export const handler: Handler = async (context, options) => {
  const { docker, stack, output, cancel } = context;
  const { tail, since, pattern, follow, names } = readOptions(options);
  const chosen = await chosenContainers(docker, stack, names);
  const history = await Promise.all(chosen.map((each) => readLogLines(docker, each, { tail, since })));
  const lines = byTime(history.flat());
  const wanted = (line: LogLine): boolean => pattern === undefined || pattern.test(line.text);
  const paint = memberColors(
    chosen.map(({ member }) => member),
    output.resultColors,
  );
  const show = (line: LogLine): void => {
    output.event({ event: "log", ...line });
    if (options["events"] !== true) output.line(`${paint(line.member)} ${line.text}`);
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

interface LogOptions {
  readonly names: readonly string[];
  readonly tail: number | undefined;
  readonly since: number | undefined;
  readonly pattern: RegExp | undefined;
  readonly follow: boolean;
}

/** @throws NSK-OPTION-INVALID */
function readOptions({ services, tail, since, grep, follow, json }: OptionValues): LogOptions {
  if (follow === true && json === true)
    throw optionInvalid({ option: "--json", reason: "what never ends is no document", instead: "--events" });
  return {
    names: wordsOf(services),
    tail: readTail(tail ?? DEFAULT_TAIL),
    since: readSince(since),
    pattern: typeof grep === "string" ? readPattern(grep) : undefined,
    follow: follow === true,
  };
}

function readTail(text: OptionValues[string]): number | undefined {
  if (text === "all") return undefined;
  if (typeof text === "string" && /^\d+$/.test(text)) return Number(text);
  throw optionInvalid({
    option: "--tail",
    reason: `"${String(text)}" is no number`,
    instead: "--tail 100, or all",
  });
}

function readSince(text: OptionValues[string]): number | undefined {
  if (typeof text !== "string") return undefined;
  const moment = sinceMoment(text, Date.now());
  if (moment !== undefined) return moment;
  throw optionInvalid({
    option: "--since",
    reason: `"${text}" is neither a time span nor a date`,
    instead: "--since 10m, or 2026-01-31T08:00",
  });
}

function readPattern(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw optionInvalid({ option: "--grep", reason, instead: "--grep 'error|warn'" });
  }
}
