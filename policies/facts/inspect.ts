import type { ContainerInspectInfo } from "dockerode";

import { defined } from "./arguments.ts";
import type { ContainerFacts, HealthFacts, Namespace } from "./facts.ts";
import { identityOf } from "./identity.ts";

const MEGABYTE = 1024 * 1024;
const NANOSECONDS = 1e9;

/** A container's facts as the engine tells them: the proof that what was declared is what runs. */
export function factsOfInspect(container: ContainerInspectInfo): ContainerFacts {
  const { Config: config, HostConfig: host, Mounts: mounts, NetworkSettings: settings } = container;
  const name = container.Name.replace(/^\//, "");
  return {
    ...identityOf(config.Labels, name),
    labels: config.Labels,
    image: config.Image,
    privileged: host.Privileged === true,
    capabilities: capabilitiesOf(host),
    securityOpts: securityOptsOf(host),
    hostMounts: mounts
      .filter(({ Type }) => Type === "bind")
      .map(({ Source, RW, Propagation }) => ({ path: Source, readOnly: !RW, propagation: Propagation })),
    volumes: mounts
      .filter(({ Type }) => Type === "volume")
      .map(({ Name, RW }) => ({ name: Name ?? "", readOnly: !RW })),
    readOnly: host.ReadonlyRootfs === true,
    user: config.User,
    namespaces: foreignNamespaces(host),
    networks: Object.keys(settings.Networks),
    publishAllPorts: host.PublishAllPorts === true,
    ports: publishedPorts(host),
    ...defined("memoryMegabytes", megabytes(host.Memory)),
    ...defined("memorySwapMegabytes", megabytes(host.MemorySwap)),
    cpuBounded: (host.CpuShares ?? 0) > 0 || (host.NanoCpus ?? 0) > 0 || (host.CpuQuota ?? 0) > 0,
    ...defined("pidsLimit", host.PidsLimit ?? undefined),
    ulimits: (host.Ulimits ?? []).flatMap(({ Name }) => Name ?? []),
    ...defined("health", healthOf(config)),
    restart: host.RestartPolicy?.Name === "" ? "no" : (host.RestartPolicy?.Name ?? "no"),
    ...defined("maxRetryCount", host.RestartPolicy?.MaximumRetryCount),
    ...stopOf(config),
    init: host.Init === true,
    // The types call the options any.
    log: {
      driver: host.LogConfig?.Type ?? "",
      options: (host.LogConfig?.Config ?? {}) as Readonly<Record<string, string>>,
    },
    env: config.Env.map((entry) => {
      const [key = "", ...rest] = entry.split("=");
      return { name: key, value: rest.join("=") };
    }),
    grants: [
      ...devicesOf(host).map(({ PathOnHost }) => `the device ${PathOnHost}`),
      ...volumesFromOf(host).map((container) => `the volumes of ${container}`),
    ],
  };
}

type HostConfig = ContainerInspectInfo["HostConfig"];

/** The types call these any. */
interface Untyped {
  readonly Devices?: readonly { readonly PathOnHost: string }[] | null;
  readonly CapAdd?: readonly string[] | null;
  readonly CapDrop?: readonly string[] | null;
  readonly SecurityOpt?: readonly string[] | null;
  readonly VolumesFrom?: readonly string[] | null;
}

const securityOptsOf = ({ SecurityOpt: options }: Untyped): readonly string[] => options ?? [];

const volumesFromOf = ({ VolumesFrom: containers }: Untyped): readonly string[] => containers ?? [];

const devicesOf = ({ Devices: devices }: Untyped): readonly { readonly PathOnHost: string }[] =>
  devices ?? [];

const capabilitiesOf = ({ CapAdd: adds, CapDrop: drops }: Untyped): ContainerFacts["capabilities"] => ({
  adds: bare(adds),
  drops: bare(drops),
});

function foreignNamespaces(host: HostConfig): ContainerFacts["namespaces"] {
  const modes: readonly (readonly [Namespace, string | undefined])[] = [
    ["network", host.NetworkMode],
    ["pid", host.PidMode],
    ["ipc", host.IpcMode],
    ["uts", host.UTSMode],
    ["userns", host.UsernsMode],
  ];
  return Object.fromEntries(modes.filter(([, mode]) => mode !== undefined && mode !== ""));
}

function publishedPorts({ PortBindings: bindings }: HostConfig): ContainerFacts["ports"] {
  // The types call the bindings any.
  const known = (bindings ?? {}) as Readonly<Record<string, readonly { HostIp: string; HostPort: string }[]>>;
  return Object.entries(known).flatMap(([port, all]) =>
    all.map(({ HostIp, HostPort }) => ({
      internal: Number.parseInt(port, 10),
      external: Number(HostPort),
      ip: HostIp === "" ? "0.0.0.0" : HostIp,
    })),
  );
}

/** The engine tells both, whatever the types say. */
function stopOf(
  config: ContainerInspectInfo["Config"] & { readonly StopSignal?: string; readonly StopTimeout?: number },
): Pick<ContainerFacts, "stopSignal" | "stopGraceSeconds"> {
  return { ...defined("stopSignal", config.StopSignal), ...defined("stopGraceSeconds", config.StopTimeout) };
}

function healthOf({ Healthcheck: health }: ContainerInspectInfo["Config"]): HealthFacts | undefined {
  if (health?.Test === undefined || health.Test.length === 0) return undefined;
  const seconds = (nanoseconds = 0): number => nanoseconds / NANOSECONDS;
  return {
    test: health.Test,
    intervalSeconds: seconds(health.Interval),
    timeoutSeconds: seconds(health.Timeout),
    startPeriodSeconds: seconds(health.StartPeriod),
    startIntervalSeconds: 0,
    retries: health.Retries ?? 0,
  };
}

const bare = (names: readonly string[] | null | undefined): readonly string[] =>
  (names ?? []).map((capability) => capability.replace(/^CAP_/, ""));

const megabytes = (bytes: number | undefined): number | undefined =>
  bytes === undefined || bytes === 0 ? undefined : bytes / MEGABYTE;
