import { existsSync, readFileSync, statfsSync } from "node:fs";

import { z } from "zod";

import { MEGABYTE } from "../../engine/formats/byte-size.ts";
import type { DockerClient } from "../../engine/providers/docker/client.ts";

/** What an engine says about itself, as far as the platform depends on it. */
export interface EngineFacts {
  /** What it calls itself, e.g. "Docker 20.10.24" or "Podman 5.2.0". */
  readonly product: string;
  /** Newest version of the API that it speaks, e.g. "1.41". */
  readonly api: string;
  /** Oldest version that it still speaks. */
  readonly oldestApi: string;
  /** e.g. "linux" */
  readonly os: string;
  /** As Docker names it, e.g. "amd64". */
  readonly architecture: string;
  readonly memoryMegabytes: number;
  readonly processors: number;
  /** e.g. "overlay2" */
  readonly storageDriver: string;
  /** e.g. "2" */
  readonly cgroups: string;
  /** Whether memory limits have an effect. */
  readonly limitsMemory: boolean;
  readonly rootless: boolean;
  /** Release of its machine's kernel, e.g. "6.1.0-18-amd64". */
  readonly kernel: string;
  /** Name of its machine. */
  readonly name: string;
  /** Where it keeps images and volumes, on its own machine. */
  readonly folder: string;
}

const Info = z.object({
  MemTotal: z.number(),
  NCPU: z.number(),
  Driver: z.string(),
  CgroupVersion: z.string().default("1"),
  MemoryLimit: z.boolean().default(true),
  SecurityOptions: z.array(z.string()).nullish(),
  DockerRootDir: z.string(),
  KernelVersion: z.string().default(""),
  Name: z.string().default(""),
});

const Version = z.object({
  Version: z.string(),
  ApiVersion: z.string(),
  MinAPIVersion: z.string().default("1.12"),
  Os: z.string(),
  Arch: z.string(),
  Components: z.array(z.object({ Name: z.string() })).nullish(),
});

export async function engineFacts(docker: DockerClient): Promise<EngineFacts> {
  const [info, version] = await Promise.all([
    docker.call("tell its size", async (engine) => Info.parse(await engine.info())),
    docker.call("tell its version", async (engine) => Version.parse(await engine.version())),
  ]);
  const podman = version.Components?.some(({ Name }) => Name.includes("Podman")) === true;
  return {
    product: `${podman ? "Podman" : "Docker"} ${version.Version}`,
    api: version.ApiVersion,
    oldestApi: version.MinAPIVersion,
    os: version.Os,
    architecture: version.Arch,
    memoryMegabytes: Math.floor(info.MemTotal / MEGABYTE),
    processors: info.NCPU,
    storageDriver: info.Driver,
    cgroups: info.CgroupVersion,
    limitsMemory: info.MemoryLimit,
    rootless: info.SecurityOptions?.some((option) => option.includes("rootless")) === true,
    kernel: info.KernelVersion,
    name: info.Name,
    folder: info.DockerRootDir,
  };
}

/** Share of the inodes of a folder's file system that are free, from 0 to 1; undefined where nobody counts them. */
export function freeInodes(folder: string): number | undefined {
  if (!existsSync(folder)) return undefined;
  const { files, ffree } = statfsSync(folder);
  return files === 0 ? undefined : ffree / files;
}

/** Limits of this machine's kernel for watching files; undefined where they cannot be read. */
export function inotifyLimits(): InotifyLimits | undefined {
  const read = (name: string): number => Number(readFileSync(`/proc/sys/fs/inotify/${name}`, "utf8"));
  try {
    return { watches: read("max_user_watches"), instances: read("max_user_instances") };
  } catch {
    // Another system than Linux.
    return undefined;
  }
}

export interface InotifyLimits {
  readonly watches: number;
  readonly instances: number;
}
