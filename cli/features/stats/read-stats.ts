import { z } from "zod";

import type { DockerClient } from "../../../engine/providers/docker/client.ts";
import type { StackContainer } from "../../stack/observe/stack-containers.ts";

/** What a container used over the last second. */
export interface MemberStats {
  readonly member: string;
  readonly container: string;
  /** Without what the kernel only keeps as cache. */
  readonly memoryBytes: number;
  /** Undefined when there is none: the engine then names all the memory of the machine. */
  readonly limitBytes: number | undefined;
  /** 100 is one processor. */
  readonly cpuPercent: number;
}

const Usage = z.object({
  cpu_usage: z.object({ total_usage: z.number() }),
  system_cpu_usage: z.number().default(0),
  online_cpus: z.number().default(1),
});

/** A container that ended meanwhile has empty statistics. */
const Stats = z.object({
  cpu_stats: Usage,
  precpu_stats: Usage,
  memory_stats: z.object({
    usage: z.number(),
    stats: z.record(z.string(), z.number()).default({}),
  }),
});

/** Undefined for a container that is gone, or has ended. The engine measures for a second. */
export async function readStats(
  docker: DockerClient,
  { id, member, container }: StackContainer,
): Promise<MemberStats | undefined> {
  const found = await docker.find(`measure ${container}`, async (engine) => {
    const handle = engine.getContainer(id);
    const [stats, inspect] = await Promise.all([handle.stats({ stream: false }), handle.inspect()]);
    return { stats: Stats.safeParse(stats), limit: inspect.HostConfig.Memory ?? 0 };
  });
  if (found?.stats.data === undefined) return undefined;
  const { memory_stats: memory, cpu_stats: now, precpu_stats: before } = found.stats.data;
  // Version 1 of cgroups calls it total_inactive_file, version 2 inactive_file; docker stats leaves it out, too.
  const cache = memory.stats["total_inactive_file"] ?? memory.stats["inactive_file"] ?? 0;
  const system = now.system_cpu_usage - before.system_cpu_usage;
  const used = now.cpu_usage.total_usage - before.cpu_usage.total_usage;
  return {
    member,
    container,
    memoryBytes: Math.max(0, memory.usage - cache),
    limitBytes: found.limit === 0 ? undefined : found.limit,
    cpuPercent: system > 0 ? (100 * used * now.online_cpus) / system : 0,
  };
}
