import type * as docker from "@pulumi/docker";

import { formatDuration } from "../../engine/formats/duration.ts";
import type {
  ContainerOptions,
  ContainerPlan,
  PlannedHealth,
} from "../../platform/blueprint/container-plan.ts";
import {
  cpuShares,
  LOG_ROTATION,
  NO_CAPABILITIES,
  probeTiming,
  SECURITY_OPTIONS,
} from "../../platform/blueprint/container-policy.ts";

/**
 * What a plan alone decides about a container, in the words of `docker.Container`: no secret, no network, nothing that
 * another resource has to tell. Plain values, so that policies read the same that is declared.
 */
export function fixedInputs(plan: ContainerPlan, dockerApi: string): Partial<docker.ContainerArgs> {
  return {
    name: plan.name,
    ...(plan.entrypoint === undefined ? {} : { entrypoints: [...plan.entrypoint] }),
    ...(plan.command === undefined ? {} : { command: [...plan.command] }),
    labels: Object.entries(plan.labels).map(([label, value]) => ({ label, value })),
    ...portInputs(plan),
    ...(plan.health === undefined ? {} : { healthcheck: healthInput(plan.health, dockerApi) }),
    ...securityInputs(plan),
    ...lifecycleInputs(plan),
    ...(plan.options === undefined ? {} : optionInputs(plan.options)),
    logDriver: LOG_ROTATION.driver,
    logOpts: LOG_ROTATION.options,
    cpuShares: cpuShares(plan),
    memory: plan.memoryMegabytes,
    // The same as memory: no swap, so that a limit means what it says.
    memorySwap: plan.memoryMegabytes,
  };
}

function securityInputs(plan: ContainerPlan): Partial<docker.ContainerArgs> {
  return {
    ...(plan.user === undefined ? {} : { user: plan.user }),
    capabilities: {
      drops: [...NO_CAPABILITIES],
      ...(plan.capabilities.length === 0 ? {} : { adds: [...plan.capabilities] }),
    },
    securityOpts: [...SECURITY_OPTIONS],
    readOnly: plan.readOnly,
    ...(Object.keys(plan.tmpfs).length === 0 ? {} : { tmpfs: plan.tmpfs }),
  };
}

/** What an agent's compose file asks for, in the order in which the provider reads it back. */
function optionInputs({
  shmMegabytes,
  groups,
  dns,
  dnsSearches,
  dnsOptions,
  hosts,
  ulimits,
  ...same
}: ContainerOptions): Partial<docker.ContainerArgs> {
  return {
    ...same,
    ...(shmMegabytes === undefined ? {} : { shmSize: shmMegabytes }),
    ...(groups === undefined ? {} : { groupAdds: groups.toSorted() }),
    ...(dns === undefined ? {} : { dns: dns.toSorted() }),
    ...(dnsSearches === undefined ? {} : { dnsSearches: dnsSearches.toSorted() }),
    ...(dnsOptions === undefined ? {} : { dnsOpts: dnsOptions.toSorted() }),
    ...(hosts === undefined ? {} : { hosts: [...hosts] }),
    ...(ulimits === undefined ? {} : { ulimits: [...ulimits] }),
  };
}

function lifecycleInputs(plan: ContainerPlan): Partial<docker.ContainerArgs> {
  const common = {
    init: true,
    restart: plan.restart,
    stopSignal: plan.stopSignal,
    stopTimeout: plan.stopGraceSeconds,
    // What the provider waits before it kills; stopTimeout is only the engine's own.
    destroyGraceSeconds: plan.stopGraceSeconds,
  };
  switch (plan.ready.when) {
    case "healthy":
      return { ...common, wait: true, waitTimeout: plan.ready.withinSeconds };
    case "completed":
      // Without `mustRun: false` every later `up` would start the finished job again.
      return { ...common, attach: true, mustRun: false };
    case "started":
      return common;
  }
}

/** One binding per internal port, sorted: the provider reads them back in that order. */
function portInputs(plan: ContainerPlan): Partial<docker.ContainerArgs> {
  if (plan.ports.length === 0) return {};
  const ports = plan.ports.toSorted((a, b) => a.internal - b.internal);
  return {
    ports: ports.map(({ internal, host }) => ({
      internal,
      external: host,
      ip: "127.0.0.1",
      protocol: "tcp",
    })),
  };
}

function healthInput(health: PlannedHealth, dockerApi: string): docker.types.input.ContainerHealthcheck {
  const { intervalSeconds, startIntervalSeconds } = probeTiming(health, dockerApi);
  return {
    // The provider compares durations as texts, and reads back what Docker wrote.
    tests: [...health.test],
    interval: formatDuration(intervalSeconds, "s"),
    ...(startIntervalSeconds === undefined
      ? {}
      : { startInterval: formatDuration(startIntervalSeconds, "s") }),
    timeout: formatDuration(health.timeoutSeconds, "s"),
    retries: health.retries,
    startPeriod: formatDuration(health.startPeriodSeconds, "s"),
  };
}
