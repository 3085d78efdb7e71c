import { setTimeout as pause } from "node:timers/promises";

import { parseCommand, toRecord, type Command } from "./command.ts";
import { causeOf } from "../../lib/cause.ts";
import { PermanentFailure } from "./failure.ts";
import type { Figures } from "./figures.ts";
import { createHeartbeat } from "./heartbeat.ts";
import type { Log } from "../../lib/log.ts";
import type { Progress } from "./report.ts";
import { COMMANDS, type CommandStream, type Entry } from "./stream.ts";
import { inSpan, SpanKind, traceOf } from "../../lib/telemetry/spans.ts";

export interface LoopOptions {
  readonly stream: Omit<CommandStream, "waiting">;
  readonly agentsRoot: string;
  readonly maxAttempts: number;
  readonly heartbeatFile: string;
  /** Milliseconds that one piece of work may take before the loop counts as dead. */
  readonly longestWork: number;
  readonly carryOut: (command: Command) => Promise<void>;
  readonly report: (command: Command, progress: Progress) => Promise<void>;
  readonly figures: Figures;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** Milliseconds before Redis is asked again after it did not answer. */
const PAUSE = 1000;

/** What becomes of a piece of work that failed. */
export type Outcome = "retry" | "failed" | "dead";

/** @param known whether the entry was a command at all */
export function outcomeOf(
  error: unknown,
  {
    attempt,
    maxAttempts,
    known,
  }: { readonly attempt: number; readonly maxAttempts: number; readonly known: boolean },
): Outcome {
  if (!known) return "dead";
  if (error instanceof PermanentFailure) return "failed";
  return attempt < maxAttempts ? "retry" : "dead";
}

/** Takes work from the stream, one piece after the other, until it is told to stop. */
export async function runLoop(options: LoopOptions): Promise<void> {
  const { stream, signal, log } = options;
  let current: string | undefined;
  const heartbeat = createHeartbeat({
    file: options.heartbeatFile,
    longestWork: options.longestWork,
    log,
    onBeat: async () => {
      if (current !== undefined) await stream.keep(current);
    },
  });
  // Asked anew each time: it changes while the loop waits.
  const stopping = (): boolean => signal.aborted;
  while (!stopping()) {
    try {
      const entry = await stream.next();
      await heartbeat.beat();
      if (entry === undefined) continue;
      current = entry.id;
      await heartbeat.during(() => traced(entry, () => handle(entry, options)));
    } catch (error) {
      // Told to stop, it gave up its connection itself.
      if (stopping()) return;
      log("warn", "the stream of commands cannot be used", { error: causeOf(error) });
      await pause(PAUSE, undefined, { signal }).catch(() => undefined);
    } finally {
      current = undefined;
    }
  }
}

/** Goes on with the trace of the request that the work came from. */
const traced = (entry: Entry, work: () => Promise<void>): Promise<void> =>
  inSpan(
    `process ${COMMANDS}`,
    { kind: SpanKind.CONSUMER, attributes: MESSAGING, parent: traceOf(toRecord(entry.fields)) },
    work,
  );

/** In the words of the semantic conventions. */
const MESSAGING = {
  "messaging.system": "redis",
  "messaging.operation.type": "process",
  "messaging.destination.name": COMMANDS,
};

async function handle(entry: Entry, options: LoopOptions): Promise<void> {
  const { stream, agentsRoot, maxAttempts, carryOut, report, figures, log, signal } = options;
  let started = performance.now();
  let command: Command | undefined;
  try {
    // One that was handed out too often without anybody saying why: it takes the worker down.
    if (entry.attempt > maxAttempts) throw new Error("it was never finished");
    command = parseCommand(entry.fields, agentsRoot);
    log("info", "command", { command: command.command, agent: command.agent_name, attempt: entry.attempt });
    if (await stream.outdated(entry.id, command.agent_name)) {
      log("info", "outdated", { agent: command.agent_name });
      await report(command, { stage: "superseded" });
      await stream.drop(entry.id);
      return;
    }
    started = performance.now();
    await carryOut(command);
    await stream.done(entry.id, command.agent_name);
    figures.processed(command.command, secondsSince(started), undefined);
  } catch (error) {
    // Not the work's fault: whoever comes next takes it up.
    if (signal.aborted) return;
    command ??= commandOf(entry, agentsRoot);
    const outcome = outcomeOf(error, { attempt: entry.attempt, maxAttempts, known: command !== undefined });
    const reason = causeOf(error);
    figures.processed(command?.command ?? "unknown", secondsSince(started), outcome);
    log(outcome === "retry" ? "warn" : "error", "command failed", {
      outcome,
      attempt: entry.attempt,
      error: reason,
    });
    if (outcome === "retry") return;
    if (command !== undefined) await report(command, failed(error, reason));
    await (outcome === "dead" ? stream.bury(entry, reason) : stream.drop(entry.id));
  }
}

const secondsSince = (started: number): number => (performance.now() - started) / 1000;

function commandOf(entry: Entry, agentsRoot: string): Command | undefined {
  try {
    return parseCommand(entry.fields, agentsRoot);
  } catch {
    // What is no command has nobody to report to; the caller puts it aside with the reason.
    return undefined;
  }
}

function failed(error: unknown, reason: string): Progress {
  const step = error instanceof PermanentFailure ? error.step : undefined;
  return { stage: "failed", error: reason, ...(step === undefined ? {} : { step }) };
}
