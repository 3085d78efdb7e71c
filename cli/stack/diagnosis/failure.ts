import type { RunResult } from "../../../engine/core/engine.ts";
import type { DockerClient } from "../../../engine/providers/docker/client.ts";
import type { Blueprint } from "../../../platform/blueprint/blueprint.ts";
import type { CommandResult } from "../../lib/command-result.ts";
import { describeProblem } from "../../lib/describe-problems.ts";
import { observeStack } from "../observe/observe-stack.ts";
import { plannedStack } from "../observe/planned-stack.ts";
import { failedRun } from "./failed-run.ts";
import { LISTENERS_COMMAND, type Listener, readListeners } from "./listening.ts";
import { type Evidence, type RootCause, diagnose } from "./diagnose.ts";
import type { Observed } from "../observe/status.ts";

/** How much of a container's output a report shows. */
const LOG_LINES = 20;

export interface FailureRequest {
  readonly blueprint: Blueprint;
  readonly run: RunResult;
  readonly docker: DockerClient;
}

/** Says why an `up` failed: its root causes first, not those that are kept waiting. */
export async function reportFailure({ blueprint, run, docker }: FailureRequest): Promise<CommandResult> {
  if (run.outcome === "canceled") return failedRun(run);
  const observed = await observeStack(docker, plannedStack(blueprint));
  const [logs, listeners] = await Promise.all([
    readLogs(docker, observed),
    listenersOf(docker, blueprint, observed),
  ]);
  return describeFailure({ blueprint, run, observed, logs, listeners });
}

/** The report, from what is known. */
export function describeFailure(evidence: Evidence): CommandResult {
  const plain = failedRun(evidence.run);
  const { rootCauses, others } = diagnose(evidence);
  return {
    exitCode: plain.exitCode,
    text: [...rootCauses.map(describeRootCause), ...others.map(describeProblem)].join("\n\n"),
    json: { ...plain.json, failures: rootCauses },
  };
}

/** Milliseconds for a look into a container. */
const LOOK = 3000;

/** Where the agents' programs listen; nothing is known of one whose image has no `cat`. */
async function listenersOf(
  docker: DockerClient,
  { agents }: Blueprint,
  { containers }: Observed,
): Promise<ReadonlyMap<string, readonly Listener[]>> {
  const options = { timeout: LOOK, signal: AbortSignal.timeout(LOOK) };
  const entries = await Promise.all(
    agents.map(
      async ({ container: { name } }): Promise<readonly (readonly [string, readonly Listener[]])[]> => {
        const found = containers.get(name);
        if (found?.State.Running !== true) return [];
        try {
          const { output } = await docker.exec(found.Id, LISTENERS_COMMAND, options);
          return [[name, readListeners(output)]];
        } catch {
          // It explains, and decides nothing.
          return [];
        }
      },
    ),
  );
  return new Map(entries.flat());
}

/** Only of those that are not well: the output of the others explains nothing here. */
async function readLogs(
  docker: DockerClient,
  { containers }: Observed,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const entries = await Promise.all(
    [...containers].map(
      async ([name, { Id, State }]): Promise<readonly (readonly [string, readonly string[]])[]> => {
        const well = State.Running && State.Health?.Status === "healthy" && !State.OOMKilled;
        const done = State.Status === "exited" && State.ExitCode === 0;
        return well || done ? [] : [[name, await docker.logs(Id, LOG_LINES)]];
      },
    ),
  );
  return new Map(entries.flat());
}

function describeRootCause({
  service,
  reason,
  reported,
  probe,
  logTail,
  blocks,
  likely,
  suggestion,
}: RootCause): string {
  return [
    `✗ ${service} ${reason.text}`,
    ...(reported === undefined ? [] : indented("reported:", reported.split("\n"))),
    ...(probe === undefined ? [] : describeProbe(probe)),
    ...(logTail.length > 0 ? indented("last lines:", logTail) : silent(reason.kind)),
    ...(blocks.length === 0 ? [] : [`  waiting for it: ${blocks.join(", ")}`]),
    ...(likely === undefined ? [] : [`  likely: ${likely}`]),
    `  → ${suggestion}`,
  ].join("\n");
}

function describeProbe({ command, exitCode, output }: NonNullable<RootCause["probe"]>): readonly string[] {
  const end = exitCode === undefined ? "did not end in time" : `ended with ${exitCode}`;
  return [
    `  probe: ${command}`,
    `    ${end}${output === "" ? ", without output" : ""}`,
    ...output.split("\n").flatMap((line) => (line === "" ? [] : [`    | ${line}`])),
  ];
}

const indented = (title: string, lines: readonly string[]): readonly string[] => [
  `  ${title}`,
  ...lines.map((line) => `    | ${line}`),
];

/** A container that never ran had no chance to write. */
const silent = (kind: RootCause["reason"]["kind"]): readonly string[] =>
  ["image", "refused", "port"].includes(kind) ? [] : ["  no output"];
