import { compareApi } from "../../../engine/formats/api-version.ts";
import { defineError } from "../../../platform/errors/define-error.ts";

/** Who has a port that we want. */
export type PortOwner =
  | { readonly kind: "container"; readonly name: string; readonly stack: string | undefined }
  | { readonly kind: "process"; readonly pid: number; readonly command: string }
  | { readonly kind: "unknown" };

export interface PortConflict {
  readonly port: number;
  readonly service: string;
  /** Setting that moves the port. */
  readonly setting: string;
  readonly owner: PortOwner;
  /** A port that is free now. */
  readonly freePort: number;
}

export const portInUse = defineError("NSK-PORT-IN-USE", {
  exitCode: 12,
  sentence: ({ port, service }: PortConflict) => `Port ${port}, wanted by ${service}, is taken.`,
  detail: ({ owner }) => `It belongs to ${describeOwner(owner)}.`,
  suggestion: ({ setting, freePort }) => `${setting}=${freePort} ./nasiko local up`,
});

function describeOwner(owner: PortOwner): string {
  switch (owner.kind) {
    case "container":
      return owner.stack === undefined
        ? `the container ${owner.name}; to stop it: docker stop ${owner.name}`
        : `the container ${owner.name} of stack ${owner.stack}; to stop that stack: ./nasiko --stack ${owner.stack} local down`;
    case "process":
      return `process ${owner.pid}: ${owner.command}`;
    case "unknown":
      return "a process that this user may not see";
  }
}

export interface MemoryShortage {
  /** Sum of all limits, in megabytes. */
  readonly wanted: number;
  readonly available: number;
  readonly largest: readonly string[];
}

export const memoryShort = defineError("NSK-MEMORY-SHORT", {
  exitCode: 15,
  sentence: ({ wanted, available }: MemoryShortage) =>
    `The services may use ${wanted} MB of memory together, and the engine has ${available} MB.`,
  detail: ({ largest }) => `The largest: ${largest.join(", ")}.`,
  suggestion: () => "./nasiko local up --profile core   # or give the engine more memory",
});

export const architectureUnsupported = defineError("NSK-ARCHITECTURE-UNSUPPORTED", {
  exitCode: 15,
  sentence: ({ architecture }: { readonly architecture: string; readonly supported: readonly string[] }) =>
    `There are no images for the engine's architecture ${architecture}.`,
  detail: ({ supported }) => `Supported: ${supported.join(", ")}.`,
  suggestion: () => "Point DOCKER_HOST at an engine on a supported machine.",
});

export interface DiskShortage {
  readonly folder: string;
  /** Megabytes. */
  readonly free: number;
  readonly least: number;
}

export const diskShort = defineError("NSK-DISK-SHORT", {
  exitCode: 15,
  sentence: ({ folder, free, least }: DiskShortage) =>
    `There are ${free} MB free in ${folder}, and at least ${least} MB are needed.`,
  suggestion: () => "./nasiko images prune --dry-run   # shows which images of ours nothing needs any more",
});

export const inodesUsedUp = defineError("NSK-INODES-USED-UP", {
  exitCode: 15,
  sentence: ({ folder }: { readonly folder: string }) =>
    `No file can be made in ${folder}: all inodes of its file system are in use.`,
  detail: () => "There may be room left all the same: it is the number of files that is at its limit.",
  suggestion: ({ folder }) => `df -i ${folder}   # then: ./nasiko images prune`,
});

/** Oldest version of the API that the program plans for. */
export const OLDEST_API = "1.41";

export interface ApiMismatch {
  readonly product: string;
  /** Newest version that it speaks. */
  readonly api: string;
  readonly wanted: string;
}

export const engineTooOld = defineError("NSK-ENGINE-API", {
  exitCode: 15,
  sentence: ({ product, api, wanted }: ApiMismatch) =>
    `${product} speaks the Docker API up to ${api}, and the program plans for ${wanted}.`,
  detail: ({ wanted }) =>
    wanted === OLDEST_API
      ? `${OLDEST_API} is the oldest that has what the platform uses; Docker 20.10 speaks it.`
      : "NASIKO_DOCKER_API says which version to plan for.",
  suggestion: ({ api, wanted }) =>
    wanted === OLDEST_API
      ? "Install Docker 20.10 or newer, as docs.docker.com/engine/install says."
      : `NASIKO_DOCKER_API=${compareApi(api, OLDEST_API) < 0 ? OLDEST_API : api} ./nasiko local up`,
});

export const engineNotLinux = defineError("NSK-ENGINE-NOT-LINUX", {
  exitCode: 15,
  sentence: ({ os }: { readonly os: string }) =>
    `The engine runs ${os} containers, and the platform is made of Linux containers.`,
  suggestion: () =>
    "Switch Docker Desktop to Linux containers, or choose another context: docker context use …",
});
