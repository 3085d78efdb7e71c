import type { ContainerCreateOptions, HostConfig } from "dockerode";

import type { PropertyMap } from "../../../../engine/core/values.ts";
import { containerBody } from "../../../../engine/providers/docker/container-body.ts";
import { endpoints } from "../../../../engine/providers/docker/endpoints.ts";
import { uploadedFiles } from "../../../../engine/providers/docker/uploads.ts";

/** What `docker inspect` shows of a container, as far as arguments decide it; lists without order are sorted. */
export interface Container {
  readonly config: Readonly<Record<string, unknown>>;
  readonly limits: Limits;
  readonly restart: { readonly name: string; readonly retries: number };
  readonly networks: Readonly<Record<string, unknown>>;
  readonly files: readonly unknown[];
}

type Limits = Readonly<Record<(typeof LIMITS)[number], number | string>>;

const LIMITS = [
  "Memory",
  "MemoryReservation",
  "MemorySwap",
  "CpuShares",
  "CpuPeriod",
  "CpuQuota",
  "CpusetCpus",
] as const;

/** An image whose settings show whenever a container leaves them alone. */
const IMAGE = { Cmd: ["image-command"], Entrypoint: ["/image-entrypoint"], User: "image-user" };
/** What a limit is when nobody sets it. */
const UNLIMITED: Limits = {
  Memory: 0,
  MemoryReservation: 0,
  MemorySwap: 0,
  CpuShares: 0,
  CpuPeriod: 0,
  CpuQuota: 0,
  CpusetCpus: "",
};

/** A container as Docker makes it: what is left out comes from the image or is Docker's default. */
export function created(inputs: PropertyMap): Container {
  const body = containerBody(inputs);
  const host = body.HostConfig ?? {};
  const limits = { ...UNLIMITED, ...given(host) };
  return {
    config: configOf(body, host),
    limits:
      limits.MemorySwap === 0 && limits.Memory !== 0
        ? { ...limits, MemorySwap: Number(limits.Memory) * 2 }
        : limits,
    restart: restartOf(host.RestartPolicy),
    networks: Object.fromEntries(
      endpoints(inputs).map(({ network, settings }) => [
        network,
        { ...settings, Aliases: unordered(settings.Aliases) },
      ]),
    ),
    files: uploadedFiles(inputs).map((file) => ({ ...file, content: file.content.toString("hex") })),
  };
}

/**
 * A container after Docker's "update": limits that are not zero, and the restart policy. Docker has no other way to
 * change a container that exists.
 * @throws Error when Docker would refuse
 */
export function updated(container: Container, body: HostConfig): Container {
  const limits = { ...container.limits, ...given(body) };
  const swap = Number(limits.MemorySwap);
  if (swap > 0 && Number(limits.Memory) > swap)
    throw new Error("Memory limit should be smaller than already set memoryswap limit");
  const policy = body.RestartPolicy;
  if (policy?.Name !== "on-failure" && (policy?.MaximumRetryCount ?? 0) > 0)
    throw new Error("maximum retry count cannot be used with this restart policy");
  return { ...container, limits, restart: policy === undefined ? container.restart : restartOf(policy) };
}

/** Zero and nothing are the same to Docker: "leave it". */
const given = (host: HostConfig): Partial<Limits> =>
  Object.fromEntries(
    LIMITS.flatMap((name) => {
      const value = host[name];
      return value === undefined || value === 0 || value === "" ? [] : [[name, value]];
    }),
  );

const restartOf = (policy: HostConfig["RestartPolicy"]): Container["restart"] => ({
  name: policy?.Name === undefined || policy.Name === "" ? "no" : policy.Name,
  retries: policy?.MaximumRetryCount ?? 0,
});

function configOf(body: ContainerCreateOptions, host: HostConfig): Container["config"] {
  return {
    ...meaning(without(body, ["HostConfig"])),
    ...meaning(without(host, ["RestartPolicy", ...LIMITS])),
    // An entrypoint of the container's own makes Docker forget the image's command; an empty list counts as one.
    Entrypoint: body.Entrypoint ?? IMAGE.Entrypoint,
    Cmd: (body.Cmd ?? []).length > 0 ? body.Cmd : body.Entrypoint === undefined ? IMAGE.Cmd : [],
    User: body.User === undefined || body.User === "" ? IMAGE.User : body.User,
    // A pointer in Docker: zero is a value, and means no grace at all.
    StopTimeout: body.StopTimeout ?? "10 s",
    Env: unordered(body.Env),
    // Each part of a check that is zero or empty is the image's.
    Healthcheck: body.Healthcheck === undefined ? {} : meaning(body.Healthcheck),
    Binds: unordered(host.Binds),
    CapAdd: unordered(texts(host.CapAdd)),
    CapDrop: unordered(texts(host.CapDrop)),
    SecurityOpt: unordered(texts(host.SecurityOpt)),
    ShmSize: host.ShmSize === undefined || host.ShmSize === 0 ? 64 << 20 : host.ShmSize,
    NetworkMode:
      host.NetworkMode === undefined || host.NetworkMode === "default" ? "bridge" : host.NetworkMode,
  };
}

/** The library types some lists as any. */
const texts = (list: unknown): readonly string[] | undefined =>
  Array.isArray(list) ? list.map(String) : undefined;

const without = (body: object, names: readonly string[]): object =>
  Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)));

/** What a body says, without what Docker takes for not given. */
function meaning(body: object): Readonly<Record<string, unknown>> {
  const entries: readonly (readonly [string, unknown])[] = Object.entries(body);
  return Object.fromEntries(
    entries.filter(
      ([, value]) =>
        !(value === undefined || value === false || value === 0 || value === "") &&
        !(typeof value === "object" && value !== null && Object.keys(value).length === 0),
    ),
  );
}

const unordered = (list: readonly string[] | undefined): readonly string[] => [...(list ?? [])].sort();
