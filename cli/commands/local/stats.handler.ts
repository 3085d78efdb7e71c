import type { Handler } from "../define-command.ts";
import type { spec } from "./stats.ts";
import { memory } from "../../render/amounts.ts";
import { table } from "../../render/table.ts";
import { readStats, type MemberStats } from "../../features/stats/read-stats.ts";
import { chosenContainers } from "../../stack/observe/stack-containers.ts";

/** What each container uses of what it may use, the hungriest first. */
export const handler: Handler<typeof spec> = async (context, { args }) => {
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
  return {
    exitCode: 0,
    text: table([
      ["SERVICE", "MEMORY", "LIMIT", "OF LIMIT", "CPU"],
      ...stats.map(row),
      ["together", memory(total.memoryBytes), memory(total.limitBytes), "", percent(total.cpuPercent)],
    ]),
    json: { ok: true, stack, services: stats, total },
  };
};

function row({ member, memoryBytes, limitBytes, cpuPercent }: MemberStats): readonly string[] {
  const share = limitBytes === undefined ? "" : percent((100 * memoryBytes) / limitBytes);
  const limit = limitBytes === undefined ? "none" : memory(limitBytes);
  return [member, memory(memoryBytes), limit, share, percent(cpuPercent)];
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
const percent = (value: number): string => `${value.toFixed(1)} %`;
