import type { ContainerInspectInfo, HealthConfig } from "dockerode";
import type { PropertyMap, PropertyValue } from "../../core/values.ts";
import { withoutDefaultMarks } from "../schema/strip.ts";

const MEGABYTE = 1024 * 1024;

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
    interval: goDuration(config.Interval ?? 0),
    timeout: goDuration(config.Timeout ?? 0),
    startPeriod: goDuration(config.StartPeriod ?? 0),
    startInterval: goDuration(config.StartInterval ?? 0),
    retries: config.Retries ?? 0,
  };
}

/** Nanoseconds in Go's notation, e.g. "1m30s", "0s", "250ms". */
export function goDuration(nanoseconds: number): string {
  if (nanoseconds === 0) return "0s";
  if (nanoseconds < 1e3) return `${nanoseconds}ns`;
  if (nanoseconds < 1e6) return `${nanoseconds / 1e3}µs`;
  if (nanoseconds < 1e9) return `${nanoseconds / 1e6}ms`;
  const hours = Math.floor(nanoseconds / 3600e9);
  const minutes = Math.floor((nanoseconds % 3600e9) / 60e9);
  const seconds = `${(nanoseconds % 60e9) / 1e9}s`;
  if (hours > 0) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${minutes}m${seconds}` : seconds;
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
