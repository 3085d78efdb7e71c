import type { ContainerCreateOptions, HostConfig } from "dockerode";
import type { PropertyMap } from "../../core/values.ts";
import { MEGABYTE } from "../../formats/byte-size.ts";
import { reader, type Reader } from "../schema/reader.ts";
import { healthConfig } from "./health.ts";
import { mountSettings, volumeSettings } from "./mounts.ts";
import { portSettings } from "./ports.ts";

/** The body of "create a container" for checked inputs; networks and files come after it. */
export function containerBody(inputs: PropertyMap): ContainerCreateOptions {
  const get = reader(inputs);
  const healthcheck = get.block("healthcheck");
  const ports = portSettings(get.blocks("ports"));
  const volumes = volumeSettings(get.blocks("volumes"));
  const platform = get.text("platform");
  return present({
    name: get.requiredText("name"),
    platform,
    Image: get.requiredText("image"),
    Hostname: get.text("hostname"),
    Domainname: get.text("domainname"),
    User: get.text("user"),
    WorkingDir: get.text("workingDir"),
    Tty: get.flag("tty"),
    OpenStdin: get.flag("stdinOpen"),
    StopSignal: get.text("stopSignal"),
    // To the engine a zero is a value; to our comparison, as to the official provider's, it is the same as nothing.
    StopTimeout: get.number("stopTimeout") === 0 ? undefined : get.number("stopTimeout"),
    Env: copied(get.texts("envs")),
    Cmd: copied(get.texts("command")),
    // The same holds for an empty entrypoint, which would take the image's away.
    Entrypoint: get.texts("entrypoints")?.length === 0 ? undefined : copied(get.texts("entrypoints")),
    Labels: labelMap(get.blocks("labels")),
    Healthcheck: healthcheck === undefined ? undefined : healthConfig(healthcheck),
    ExposedPorts: { ...ports.ExposedPorts },
    Volumes: Object.fromEntries(volumes.paths.map((path) => [path, {}])),
    HostConfig: present({ ...hostConfig(get), PortBindings: ports.PortBindings, Binds: [...volumes.binds] }),
  });
}

function hostConfig(get: Reader): HostConfig {
  const capabilities = get.block("capabilities");
  const restrictions = securityOptions(get.texts("securityOpts"));
  const logOptions = get.textMap("logOpts") ?? {};
  return {
    ...limits(get),
    ...restrictions,
    RestartPolicy: restartPolicy(get),
    NanoCpus: nanoCpus(get.text("cpus")),
    ShmSize: megabytes(get.number("shmSize")),
    Privileged: get.flag("privileged"),
    PublishAllPorts: get.flag("publishAllPorts"),
    ReadonlyRootfs: get.flag("readOnly"),
    AutoRemove: get.flag("rm"),
    // Always said, as the official provider does: the engine's own default may differ from one machine to the next.
    Init: get.flag("init") ?? false,
    NetworkMode: get.text("networkMode"),
    IpcMode: get.text("ipcMode"),
    PidMode: get.text("pidMode"),
    UsernsMode: get.text("usernsMode"),
    Runtime: get.text("runtime"),
    CgroupParent: get.text("cgroupParent"),
    ...cgroupNamespace(get.text("cgroupnsMode")),
    CapAdd: copied(capabilities?.texts("adds")),
    CapDrop: copied(capabilities?.texts("drops")),
    Dns: copied(get.texts("dns")),
    DnsOptions: copied(get.texts("dnsOpts")),
    DnsSearch: copied(get.texts("dnsSearches")),
    ExtraHosts: get.blocks("hosts").map((host) => `${host.requiredText("host")}:${host.requiredText("ip")}`),
    GroupAdd: copied(get.texts("groupAdds")),
    Devices: deviceMappings(get.blocks("devices")),
    DeviceCgroupRules: copied(get.texts("deviceCgroupRules")),
    Mounts: mountSettings(get.blocks("mounts")),
    VolumesFrom: [...volumeSettings(get.blocks("volumes")).from],
    Tmpfs: get.textMap("tmpfs"),
    Sysctls: get.textMap("sysctls"),
    StorageOpt: get.textMap("storageOpts"),
    Ulimits: get.blocks("ulimits").map((limit) => ({
      Name: limit.requiredText("name"),
      Soft: limit.requiredNumber("soft"),
      Hard: limit.requiredNumber("hard"),
    })),
    LogConfig:
      get.text("logDriver") === undefined && Object.keys(logOptions).length === 0
        ? undefined
        : { Type: get.text("logDriver") ?? "", Config: logOptions },
  };
}

/** The body of "update a container": limits and restart policy, what Docker can change in place. */
export function updateBody(inputs: PropertyMap): Readonly<Record<string, unknown>> {
  const get = reader(inputs);
  const memory = get.number("memory") ?? 0;
  const swap = get.number("memorySwap") ?? 0;
  return present({
    ...limits(get),
    // Created without a limit for swap, a container may use as much swap as memory; Docker refuses to raise the one
    // above the other, so both move together.
    ...(swap === 0 && memory > 0 ? { MemorySwap: megabytes(memory * 2) } : {}),
    RestartPolicy: restartPolicy(get),
  });
}

function limits(get: Reader): HostConfig {
  return present({
    Memory: megabytes(get.number("memory")),
    MemoryReservation: megabytes(get.number("memoryReservation")),
    MemorySwap: megabytes(get.number("memorySwap")),
    CpuShares: get.number("cpuShares"),
    CpuPeriod: get.number("cpuPeriod"),
    CpuQuota: get.number("cpuQuota"),
    CpusetCpus: get.text("cpuSet"),
  });
}

function restartPolicy(get: Reader): HostConfig["RestartPolicy"] {
  return { Name: get.text("restart") ?? "no", MaximumRetryCount: get.number("maxRetryCount") ?? 0 };
}

/** "systempaths=unconfined" is a word of Docker's clients: the engine wants two empty lists instead. */
function securityOptions(options: readonly string[] | undefined): HostConfig {
  if (options === undefined) return {};
  const SecurityOpt = options.filter((option) => option !== "systempaths=unconfined");
  return SecurityOpt.length === options.length
    ? { SecurityOpt }
    : { SecurityOpt, MaskedPaths: [], ReadonlyPaths: [] };
}

/** Missing from the library's types. */
function cgroupNamespace(mode: string | undefined): object {
  return mode === undefined ? {} : { CgroupnsMode: mode };
}

/** Megabytes to bytes; -1 (no limit) stays. */
function megabytes(amount: number | undefined): number | undefined {
  return amount === undefined || amount < 0 ? amount : amount * MEGABYTE;
}

function nanoCpus(cpus: string | undefined): number | undefined {
  return cpus === undefined ? undefined : Math.round(Number(cpus) * 1e9);
}

function deviceMappings(devices: readonly Reader[]): readonly object[] {
  return devices.map((device) => ({
    PathOnHost: device.requiredText("hostPath"),
    PathInContainer: device.text("containerPath") ?? device.requiredText("hostPath"),
    CgroupPermissions: device.requiredText("permissions"),
  }));
}

/** Labels as the engine keeps them. */
export function labelMap(labels: readonly Reader[]): Record<string, string> {
  return Object.fromEntries(
    labels.map((label) => [label.requiredText("label"), label.requiredText("value")]),
  );
}

const copied = (texts: readonly string[] | undefined): string[] | undefined =>
  texts === undefined ? undefined : [...texts];

/** The engine tells an absent field from an empty one. */
function present<Body extends object>(body: Body): Body {
  const entries = Object.entries(body).filter(([, value]) => value !== undefined);
  // Same fields, only those without a value left out: the types say "or undefined" for each.
  return Object.fromEntries(entries) as Body;
}
