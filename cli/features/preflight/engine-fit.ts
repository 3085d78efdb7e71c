import { compareApi } from "../../../engine/formats/api-version.ts";
import type { Blueprint } from "../../../platform/blueprint/blueprint.ts";
import type { EngineFacts, InotifyLimits } from "../../engine-host/engine-facts.ts";
import {
  architectureUnsupported,
  diskShort,
  engineNotLinux,
  engineTooOld,
  inodesUsedUp,
  memoryShort,
  OLDEST_API,
} from "./errors.ts";
import { DEFAULT_SOCKET, type EngineEndpoint } from "../../engine-host/find-engine.ts";
import { type Finding, note, ok, refusal } from "../../lib/finding.ts";

/** Architectures that every image here exists for. */
const SUPPORTED: readonly string[] = ["amd64", "arm64"];
/** With less room, in megabytes, not even one image of the platform can be made. */
const LEAST_DISK = 2_000;
/** Images and first data of the whole platform take about this much, in megabytes. */
export const AMPLE_DISK = 12_000;

/** What the stack's settings say of its engine. */
type Wishes = Partial<Pick<Blueprint["settings"], "dockerApi" | "dockerSocket">>;

/** What kind of engine it is, and whether the program can work with it. */
export function engineFindings(
  facts: EngineFacts,
  endpoint: EngineEndpoint,
  { dockerApi: wantedApi = OLDEST_API, dockerSocket = DEFAULT_SOCKET }: Wishes = {},
): readonly Finding[] {
  const { product, api, oldestApi, os, architecture, storageDriver, cgroups, rootless } = facts;
  // What it no longer speaks is no obstacle: the version is negotiated, and plans need what they name, not its number.
  const apiFits = compareApi(wantedApi, api) <= 0;
  return [
    ok("engine", "answers", `${product} at ${endpoint.host} (${endpoint.source})`),
    apiFits
      ? ok("engine", "API", `speaks ${oldestApi} to ${api}; the program plans for ${wantedApi}`)
      : refusal("engine", "API", engineTooOld({ product, api, wanted: wantedApi })),
    os === "linux"
      ? ok("engine", "containers", "runs Linux containers")
      : refusal("engine", "containers", engineNotLinux({ os })),
    SUPPORTED.includes(architecture)
      ? ok("engine", "architecture", architecture)
      : refusal("engine", "architecture", architectureUnsupported({ architecture, supported: SUPPORTED })),
    storageDriver === "vfs"
      ? note("engine", "storage", "vfs copies every layer in full: images take many times their size")
      : ok("engine", "storage", storageDriver),
    facts.limitsMemory
      ? ok("engine", "cgroups", `version ${cgroups}, memory limits work`)
      : note("engine", "cgroups", `version ${cgroups} without the memory controller: limits have no effect`),
    ...(rootless ? [rootlessFinding(endpoint, dockerSocket)] : []),
  ];
}

/** The filtering proxies mount the engine's socket. That of a rootless engine behind a network nobody can tell. */
function rootlessFinding({ host }: EngineEndpoint, dockerSocket: string): Finding {
  return host.startsWith("unix://") || dockerSocket !== DEFAULT_SOCKET
    ? ok("engine", "rootless", "yes")
    : note(
        "engine",
        "rootless",
        "the Docker proxies need its socket: NASIKO_DOCKER_SOCKET=/run/user/<its user's id>/docker.sock",
      );
}

/** Whether the blueprint fits on the engine. */
export function memoryFinding(blueprint: Blueprint, { memoryMegabytes, processors }: EngineFacts): Finding {
  const { memoryMegabytes: wanted } = blueprint;
  if (wanted > memoryMegabytes)
    return refusal(
      "resources",
      "memory",
      memoryShort({ wanted, available: memoryMegabytes, largest: largestServices(blueprint) }),
    );
  return ok(
    "resources",
    "memory",
    `${wanted} MB at most for all services, ${memoryMegabytes} MB there; ${processors} processors`,
  );
}

/** @param free megabytes; undefined when the disk is not this machine's */
export function diskFinding(name: string, folder: string, free: number | undefined): Finding {
  if (free === undefined)
    return ok("resources", name, `${folder} is on the engine's own machine and cannot be seen from here`);
  if (free < LEAST_DISK) return refusal("resources", name, diskShort({ folder, free, least: LEAST_DISK }));
  const text = `${gigabytes(free)} free in ${folder}`;
  return free < AMPLE_DISK
    ? note("resources", name, `${text}; the whole platform takes about ${gigabytes(AMPLE_DISK)}`)
    : ok("resources", name, text);
}

/** Below this share of free inodes there is soon no place for another file, whatever room there is. */
const FEW_INODES = 0.02;

/** @param free share of all inodes, from 0 to 1; undefined where they are not counted or cannot be seen */
export function inodeFindings(name: string, folder: string, free: number | undefined): readonly Finding[] {
  if (free === undefined) return [];
  if (free === 0) return [refusal("resources", `files of ${name}`, inodesUsedUp({ folder }))];
  const percent = Math.round((1 - free) * 1000) / 10;
  return free < FEW_INODES
    ? [
        note(
          "resources",
          `files of ${name}`,
          `${percent} % of the inodes in ${folder} are in use: df -i ${folder}`,
        ),
      ]
    : [];
}

/** With less, file watchers in a few containers use them all up; both are per user, and containers share users. */
const LEAST_INOTIFY: InotifyLimits = { watches: 16_384, instances: 128 };

export function inotifyFindings(limits: InotifyLimits | undefined): readonly Finding[] {
  if (limits === undefined) return [];
  const { watches, instances } = limits;
  if (watches >= LEAST_INOTIFY.watches && instances >= LEAST_INOTIFY.instances) return [];
  return [
    note(
      "resources",
      "inotify",
      `${watches} watches and ${instances} instances for each user: agents that watch files may fail with ENOSPC. ` +
        "sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512",
    ),
  ];
}

const gigabytes = (megabytes: number): string => `${(megabytes / 1000).toFixed(1)} GB`;

/** The three services with the highest limits. */
function largestServices({ layers }: Blueprint): readonly string[] {
  return layers
    .flatMap((layer) => layer.services)
    .toSorted((a, b) => b.container.memoryMegabytes - a.container.memoryMegabytes)
    .slice(0, 3)
    .map(({ name, container }) => `${name} ${container.memoryMegabytes} MB`);
}
