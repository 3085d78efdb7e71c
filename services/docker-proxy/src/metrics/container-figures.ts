import { isObject } from "../../../lib/json.ts";
import { field, textAt, numberAt } from "./json-fields.ts";

/** What the engine tells of a running container. What it does not tell is undefined. */
export interface ContainerFigures {
  /** Its name, and of which service or agent it is. */
  readonly labels: Readonly<Record<string, string>>;
  readonly cpuSeconds: number | undefined;
  /** Bytes. */
  readonly memory: { readonly usage: number; readonly workingSet: number } | undefined;
  /** Bytes; 0 where it has none. */
  readonly memoryLimit: number | undefined;
  /** Seconds since 1970. */
  readonly startedAt: number | undefined;
  readonly restarts: number | undefined;
  readonly threads: number | undefined;
  /** Bytes, on all its networks. */
  readonly network: { readonly received: number; readonly sent: number } | undefined;
}

const NANOSECONDS = 1e9;
const MILLISECONDS = 1000;

/** @param inspection and @param stats are the engine's answers, as JSON values */
export function containerFigures(
  labels: ContainerFigures["labels"],
  inspection: unknown,
  stats: unknown,
): ContainerFigures {
  const cpu = numberAt(stats, "cpu_stats", "cpu_usage", "total_usage");
  const started = Date.parse(textAt(inspection, "State", "StartedAt") ?? "");
  return {
    labels,
    cpuSeconds: cpu === undefined ? undefined : cpu / NANOSECONDS,
    memory: memoryOf(stats),
    memoryLimit: numberAt(inspection, "HostConfig", "Memory"),
    startedAt: Number.isNaN(started) ? undefined : started / MILLISECONDS,
    restarts: numberAt(inspection, "RestartCount"),
    threads: numberAt(stats, "pids_stats", "current"),
    network: networkOf(stats),
  };
}

function memoryOf(stats: unknown): ContainerFigures["memory"] {
  const usage = numberAt(stats, "memory_stats", "usage");
  if (usage === undefined) return undefined;
  // As cAdvisor counts; the first is of cgroup version 1, the second of version 2.
  const inactive =
    numberAt(stats, "memory_stats", "stats", "total_inactive_file") ??
    numberAt(stats, "memory_stats", "stats", "inactive_file") ??
    0;
  return { usage, workingSet: Math.max(0, usage - inactive) };
}

function networkOf(stats: unknown): ContainerFigures["network"] {
  const networks = field(stats, "networks");
  if (!isObject(networks)) return undefined;
  const interfaces = Object.values(networks);
  const sum = (name: string): number =>
    interfaces.reduce<number>((total, one) => total + (numberAt(one, name) ?? 0), 0);
  return { received: sum("rx_bytes"), sent: sum("tx_bytes") };
}
