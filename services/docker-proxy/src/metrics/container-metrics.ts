import type { ContainerFigures } from "./container-figures.ts";
import type { Metric, Sample } from "./exposition.ts";

type Figure = readonly [
  name: string,
  type: Metric["type"],
  help: string,
  of: (figures: ContainerFigures) => number | undefined,
];

/** By cAdvisor's names, where it has them, so that dashboards find them. */
const FIGURES: readonly Figure[] = [
  [
    "container_cpu_usage_seconds_total",
    "counter",
    "Seconds of CPU time that the container has used.",
    ({ cpuSeconds }) => cpuSeconds,
  ],
  [
    "container_memory_working_set_bytes",
    "gauge",
    "Memory in use, without what the kernel can take back.",
    ({ memory }) => memory?.workingSet,
  ],
  [
    "container_memory_usage_bytes",
    "gauge",
    "Memory in use, with files that the kernel keeps for it.",
    ({ memory }) => memory?.usage,
  ],
  [
    "container_spec_memory_limit_bytes",
    "gauge",
    "Memory that the container may use; 0: as much as there is.",
    ({ memoryLimit }) => memoryLimit,
  ],
  [
    "container_start_time_seconds",
    "gauge",
    "When the container was started, in seconds since 1970.",
    ({ startedAt }) => startedAt,
  ],
  [
    "container_restarts_total",
    "counter",
    "How often the engine has started the container again.",
    ({ restarts }) => restarts,
  ],
  ["container_threads", "gauge", "Threads in the container.", ({ threads }) => threads],
  [
    "container_network_receive_bytes_total",
    "counter",
    "Bytes received on all networks.",
    ({ network }) => network?.received,
  ],
  [
    "container_network_transmit_bytes_total",
    "counter",
    "Bytes sent on all networks.",
    ({ network }) => network?.sent,
  ],
];

/** Figures of containers as metrics; what the engine does not tell of one is left out. */
export const containerMetrics = (containers: readonly ContainerFigures[]): readonly Metric[] =>
  FIGURES.map(([name, type, help, of]) => ({
    name,
    type,
    help,
    samples: containers.flatMap((container): readonly Sample[] => {
      const value = of(container);
      return value === undefined ? [] : [{ labels: container.labels, value }];
    }),
  }));
