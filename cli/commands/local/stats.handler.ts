import type { Handler } from "../define-command.ts";
import type { spec } from "./stats.ts";
import { memory } from "../../render/amounts.ts";
import { table } from "../../render/table.ts";
import { readStats, type MemberStats } from "../../features/stats/read-stats.ts";
import { blueprintOf } from "../../stack/blueprint/blueprint.ts";
import type { CommandContext } from "../../stack/context.ts";
import { chosenContainers } from "../../stack/observe/stack-containers.ts";
import type { AgentFigures } from "../../stack/traces/agent-figures.ts";

/** What each container uses of what it may use, the hungriest first. */
export const handler: Handler<typeof spec> = async (context, { args, options }) => {
  const { docker, stack } = context;
  const running = (await chosenContainers(docker, stack, args.services)).filter(
    (container) => container.running,
  );
  const found = await Promise.all(running.map((container) => readStats(docker, container)));
  const stats = found.filter((each) => each !== undefined).toSorted((a, b) => b.memoryBytes - a.memoryBytes);
  const total = {
    memoryBytes: sum(stats.map(({ memoryBytes }) => memoryBytes)),
    limitBytes: sum(stats.map(({ limitBytes }) => limitBytes ?? 0)),
    cpuPercent: sum(stats.map(({ cpuPercent }) => cpuPercent)),
  };
  const { since } = options;
  const agents = since === undefined ? undefined : await figuresSince(context, since);
  const used = table([
    ["SERVICE", "MEMORY", "LIMIT", "OF LIMIT", "CPU"],
    ...stats.map(row),
    ["together", memory(total.memoryBytes), memory(total.limitBytes), "", percent(total.cpuPercent)],
  ]);
  return {
    exitCode: 0,
    text: agents === undefined ? used : [used, "", describeFigures(agents)].join("\n"),
    json: { ok: true, stack, services: stats, total, ...(agents && { agents }) },
  };
};

async function figuresSince(context: CommandContext, since: number): Promise<readonly AgentFigures[]> {
  // Here, not above: what containers use is asked far more often.
  const { traceStoreOf } = await import("../../stack/traces/trace-store.ts");
  const { agentFigures } = await import("../../stack/traces/agent-figures.ts");
  const store = traceStoreOf({ ...(await blueprintOf(context)), stack: context.stack });
  return agentFigures(await store.passedOn(since));
}

const describeFigures = (agents: readonly AgentFigures[]): string =>
  agents.length === 0
    ? "No agent was called."
    : table([
        ["AGENT", "REQUESTS", "ERRORS", "P50", "P95"],
        ...agents.map(({ agent, requests, errors, p50, p95 }) => [
          ...[agent, String(requests), percent((100 * errors) / requests)],
          ...[`${Math.round(p50)} ms`, `${Math.round(p95)} ms`],
        ]),
      ]);

function row({ member, memoryBytes, limitBytes, cpuPercent }: MemberStats): readonly string[] {
  const share = limitBytes === undefined ? "" : percent((100 * memoryBytes) / limitBytes);
  const limit = limitBytes === undefined ? "none" : memory(limitBytes);
  return [member, memory(memoryBytes), limit, share, percent(cpuPercent)];
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
const percent = (value: number): string => `${value.toFixed(1)} %`;
