import { z } from "zod";

import { parseDuration } from "../../engine/formats/duration.ts";
import type { ContainerFacts, EnvFact, HealthFacts, HostMount } from "./facts.ts";
import { identityOf } from "./identity.ts";

/** The provider's outputs have an empty text for what nobody gave. */
const said = z
  .string()
  .optional()
  .transform((text) => (text === "" ? undefined : text));

/** What rules need of `docker.Container`'s arguments; the rest is none of their business. */
const Arguments = z.object({
  name: said,
  image: said,
  labels: z.array(z.object({ label: z.string(), value: z.string() })).default([]),
  privileged: z.boolean().default(false),
  capabilities: z
    .object({ adds: z.array(z.string()).default([]), drops: z.array(z.string()).default([]) })
    .default({ adds: [], drops: [] }),
  securityOpts: z.array(z.string()).default([]),
  volumes: z
    .array(
      z.object({
        hostPath: said,
        volumeName: said,
        fromContainer: said,
        readOnly: z.boolean().default(false),
      }),
    )
    .default([]),
  mounts: z
    .array(
      z.object({
        type: z.string(),
        source: said,
        readOnly: z.boolean().default(false),
        bindOptions: z.object({ propagation: said }).optional(),
      }),
    )
    .default([]),
  readOnly: z.boolean().default(false),
  user: said,
  networkMode: said,
  pidMode: said,
  ipcMode: said,
  usernsMode: said,
  cgroupnsMode: said,
  networksAdvanced: z.array(z.object({ name: z.string() })).default([]),
  publishAllPorts: z.boolean().default(false),
  ports: z
    .array(
      z.object({
        internal: z.number(),
        external: z.number().optional(),
        // The provider's default, not ours.
        ip: z.string().default("0.0.0.0"),
      }),
    )
    .default([]),
  memory: z.number().optional(),
  memorySwap: z.number().optional(),
  cpus: said,
  cpuShares: z.number().optional(),
  ulimits: z.array(z.object({ name: z.string() })).default([]),
  healthcheck: z
    .object({
      tests: z.array(z.string()).default([]),
      interval: z.string().default("0s"),
      timeout: z.string().default("0s"),
      startPeriod: z.string().default("0s"),
      startInterval: z.string().default("0s"),
      retries: z.number().default(0),
    })
    .optional(),
  restart: z.string().default("no"),
  maxRetryCount: z.number().optional(),
  stopSignal: said,
  stopTimeout: z.number().optional(),
  destroyGraceSeconds: z.number().optional(),
  init: z.boolean().default(false),
  logDriver: z.string().default(""),
  logOpts: z.record(z.string(), z.string()).default({}),
  devices: z.array(z.object({ hostPath: z.string() })).default([]),
  gpus: said,
  cgroupParent: said,
  deviceCgroupRules: z.array(z.string()).default([]),
  runtime: said,
  sysctls: z.record(z.string(), z.string()).default({}),
  wait: z.boolean().default(false),
  waitTimeout: z.number().default(60),
  attach: z.boolean().default(false),
  mustRun: z.boolean().default(true),
});

/** The arguments that are looked at. */
export const ARGUMENT_NAMES: readonly string[] = Object.keys(Arguments.shape);

/**
 * A container's facts from the arguments of `docker.Container`, all of them known.
 * @param env what is known of its environment, apart: whether a value is secret, the arguments do not tell
 * @throws z.ZodError for what is no container's arguments
 */
export function factsOfArguments(given: unknown, env: readonly EnvFact[]): ContainerFacts {
  const args = Arguments.parse(given);
  const labels = Object.fromEntries(args.labels.map(({ label, value }) => [label, value]));
  const namespaces = {
    network: args.networkMode,
    pid: args.pidMode,
    ipc: args.ipcMode,
    userns: args.usernsMode,
    cgroup: args.cgroupnsMode,
  };
  const grace = args.destroyGraceSeconds ?? args.stopTimeout;
  return {
    ...identityOf(labels, args.name ?? ""),
    labels,
    image: args.image ?? "",
    privileged: args.privileged,
    capabilities: {
      adds: args.capabilities.adds.map(withoutPrefix),
      drops: args.capabilities.drops.map(withoutPrefix),
    },
    securityOpts: args.securityOpts,
    hostMounts: hostMounts(args),
    volumes: namedVolumes(args),
    readOnly: args.readOnly,
    ...defined("user", args.user),
    namespaces: Object.fromEntries(Object.entries(namespaces).filter(([, mode]) => mode !== undefined)),
    networks: args.networksAdvanced.map(({ name }) => name),
    publishAllPorts: args.publishAllPorts,
    ports: args.ports.map(({ external, ...port }) => ({ ...port, ...defined("external", external) })),
    ...defined("memoryMegabytes", args.memory),
    ...defined("memorySwapMegabytes", args.memorySwap),
    cpuBounded: (args.cpuShares ?? 0) > 0 || args.cpus !== undefined,
    ulimits: args.ulimits.map(({ name }) => name),
    ...defined("health", healthOf(args)),
    restart: args.restart,
    ...defined("maxRetryCount", args.maxRetryCount),
    ...defined("stopSignal", args.stopSignal),
    ...defined("stopGraceSeconds", grace),
    init: args.init,
    log: { driver: args.logDriver, options: args.logOpts },
    env,
    grants: [
      ...args.devices.map(({ hostPath }) => `the device ${hostPath}`),
      ...(args.gpus === undefined ? [] : [`GPUs: ${args.gpus}`]),
      ...(args.cgroupParent === undefined ? [] : [`the control group ${args.cgroupParent}`]),
      ...args.deviceCgroupRules.map((rule) => `devices by the rule ${rule}`),
      ...(args.runtime === undefined ? [] : [`the runtime ${args.runtime}`]),
      ...Object.keys(args.sysctls).map((name) => `the kernel setting ${name}`),
      ...args.volumes.flatMap(({ fromContainer }) =>
        fromContainer === undefined ? [] : [`the volumes of ${fromContainer}`],
      ),
    ],
    waiting: {
      ...(args.wait ? { healthySeconds: args.waitTimeout } : {}),
      attach: args.attach,
      mustRun: args.mustRun,
    },
  };
}

type Parsed = z.output<typeof Arguments>;

function hostMounts({ volumes, mounts }: Parsed): readonly HostMount[] {
  return [
    ...volumes.flatMap(({ hostPath, readOnly }) =>
      hostPath === undefined ? [] : [{ path: hostPath, readOnly }],
    ),
    ...mounts
      .filter(({ type }) => type === "bind")
      .map(({ source = "", readOnly, bindOptions }) => ({
        path: source,
        readOnly,
        ...defined("propagation", bindOptions?.propagation),
      })),
  ];
}

function namedVolumes({ volumes, mounts }: Parsed): ContainerFacts["volumes"] {
  return [
    ...volumes.flatMap(({ volumeName, readOnly }) =>
      volumeName === undefined ? [] : [{ name: volumeName, readOnly }],
    ),
    ...mounts
      .filter(({ type }) => type === "volume")
      .map(({ source = "", readOnly }) => ({ name: source, readOnly })),
  ];
}

function healthOf({ healthcheck }: Parsed): HealthFacts | undefined {
  if (healthcheck === undefined) return undefined;
  const { tests, interval, timeout, startPeriod, startInterval, retries } = healthcheck;
  return {
    test: tests,
    intervalSeconds: seconds(interval),
    timeoutSeconds: seconds(timeout),
    startPeriodSeconds: seconds(startPeriod),
    startIntervalSeconds: seconds(startInterval),
    retries,
  };
}

/** Seconds; what is no duration is refused by the provider, and counts as Docker's default until then. */
const seconds = (duration: string): number => parseDuration(duration, "s") ?? 0;

const withoutPrefix = (capability: string): string => capability.replace(/^CAP_/, "");

/** A property that is there only when its value is. */
export function defined<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): Partial<Readonly<Record<Key, Value>>> {
  // TypeScript types a computed key as any string.
  return (value === undefined ? {} : { [key]: value }) as Partial<Readonly<Record<Key, Value>>>;
}
