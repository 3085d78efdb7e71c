import type { ContainerInspectInfo, HealthConfig } from "dockerode";
import type { PropertyMap, PropertyValue } from "../../core/values.ts";
import { MEGABYTE } from "../../formats/byte-size.ts";
import { formatDuration } from "../../formats/duration.ts";
import { withoutDefaultMarks } from "../schema/strip.ts";

/** What only the run of a job can tell. */
export interface JobResult {
  readonly containerLogs?: string;
}

/**
 * The outputs of a container as the official plugin records them: the inputs, and what the engine made of the
 * arguments that were left out. Without the latter the official plugin would plan a replacement. The official
 * plugin's own additions to arguments that were given (such as `adds: []` beside `drops`) are left out: its
 * comparison does not miss them.
 */
export function containerOutputs(
  inputs: PropertyMap,
  inspect: ContainerInspectInfo,
  result: JobResult = {},
): PropertyMap {
  const { Config, HostConfig, State } = inspect;
  const given = withoutDefaultMarks(inputs);
  const chosenByEngine: Readonly<Record<string, PropertyValue | undefined>> = {
    attach: false,
    bridge: "",
    command: [...(nullable(Config.Cmd) ?? [])],
    entrypoints: entrypoint(Config.Entrypoint),
    envs: [],
    healthcheck: healthcheckOutput(Config.Healthcheck),
    hostname: Config.Hostname,
    image: Config.Image,
    init: HostConfig.Init ?? false,
    ipcMode: HostConfig.IpcMode,
    labels: [],
    logDriver: HostConfig.LogConfig?.Type,
    logs: false,
    memoryReservation: 0,
    platform: inspect.Platform,
    readOnly: false,
    rm: false,
    runtime: HostConfig.Runtime,
    securityOpts: [],
    shmSize: Math.round((HostConfig.ShmSize ?? 0) / MEGABYTE),
    stdinOpen: false,
    stopSignal: stopSignal(inspect),
    stopTimeout: 0,
    tty: false,
    wait: false,
  };
  const observed: Readonly<Record<string, PropertyValue | undefined>> = {
    ...(State.Running ? {} : { exitCode: State.ExitCode }),
    ...(result.containerLogs === undefined ? {} : { containerLogs: result.containerLogs }),
    networkDatas: networkOutputs(inspect),
  };
  return present({
    __meta: '{"schema_version":"2"}',
    id: inspect.Id,
    ...chosenByEngine,
    ...given,
    ...observed,
    name: inspect.Name.replace(/^\//, ""),
  });
}

function networkOutputs(inspect: ContainerInspectInfo): readonly PropertyMap[] {
  const networks = Object.entries(inspect.NetworkSettings.Networks).sort(([a], [b]) => (a < b ? -1 : 1));
  return networks.map(([networkName, network]) => ({
    networkName,
    gateway: network.Gateway,
    globalIpv6Address: network.GlobalIPv6Address,
    globalIpv6PrefixLength: network.GlobalIPv6PrefixLen,
    ipAddress: network.IPAddress,
    ipPrefixLength: network.IPPrefixLen,
    ipv6Gateway: network.IPv6Gateway,
    macAddress: network.MacAddress,
  }));
}

function healthcheckOutput(config: HealthConfig | undefined): PropertyMap | undefined {
  if (config === undefined) return undefined;
  return {
    tests: [...(config.Test ?? [])],
    interval: formatDuration(config.Interval ?? 0, "ns"),
    timeout: formatDuration(config.Timeout ?? 0, "ns"),
    startPeriod: formatDuration(config.StartPeriod ?? 0, "ns"),
    startInterval: formatDuration(config.StartInterval ?? 0, "ns"),
    retries: config.Retries ?? 0,
  };
}

/** Missing from the library's types. */
function stopSignal(inspect: ContainerInspectInfo): string {
  const value: unknown = Reflect.get(inspect.Config, "StopSignal");
  return typeof value === "string" ? value : "";
}

function entrypoint(value: string | string[] | undefined): readonly string[] {
  const given = nullable(value);
  return typeof given === "string" ? [given] : (given ?? []);
}

/** The engine writes null where the types say there is a value. */
const nullable = <Value>(value: Value | null | undefined): Value | undefined => value ?? undefined;

function present(properties: Readonly<Record<string, PropertyValue | undefined>>): PropertyMap {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
