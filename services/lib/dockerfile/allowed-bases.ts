import { familiarName, parseReference } from "../../../engine/formats/image-reference.ts";

/** Which images an upload may stand on. */
export interface BaseRules {
  /** Repositories of any tag, e.g. "node", "oven/bun", "gcr.io/distroless/*"; without a host, those of Docker Hub. */
  readonly bases: readonly string[];
  /** Hosts of registries of which nothing may be taken, whatever the list says, e.g. "127.0.0.1:5001". */
  readonly closedHosts: readonly string[];
}

/** Official images of languages and systems, and what is widely used beside them. */
const WELL_KNOWN = [
  ...["alpine", "almalinux", "amazoncorretto", "amazonlinux", "bash", "buildpack-deps", "busybox", "clojure"],
  ...[
    "composer",
    "dart",
    "debian",
    "eclipse-temurin",
    "elixir",
    "erlang",
    "fedora",
    "gcc",
    "golang",
    "gradle",
  ],
  ...[
    "groovy",
    "haskell",
    "ibmjava",
    "julia",
    "maven",
    "mono",
    "nginx",
    "node",
    "openjdk",
    "perl",
    "php",
    "pypy",
  ],
  ...["python", "r-base", "rockylinux", "ruby", "rust", "sapmachine", "swift", "ubuntu"],
  ...["denoland/deno", "oven/bun", "continuumio/miniconda3", "mambaorg/micromamba", "nvidia/cuda"],
  ...[
    "gcr.io/distroless/*",
    "ghcr.io/astral-sh/uv",
    "mcr.microsoft.com/dotnet/*",
    "public.ecr.aws/docker/library/*",
  ],
];
const ENTRY = /^[a-z0-9][a-z0-9._:/-]*(?:\/\*)?$/;

/**
 * Reads the list of bases as a variable has it.
 * @param list repositories with commas between; undefined or empty: the well-known ones
 * @param closedHosts hosts of the platform's own registries; empty ones count for nothing
 * @throws Error naming the entry that is no repository
 */
export function readBaseRules(list: string | undefined, closedHosts: readonly string[]): BaseRules {
  const entries = (list ?? "").split(",").map((entry) => entry.trim());
  const bases = entries.filter((entry) => entry !== "");
  const wrong = bases.find((entry) => !ENTRY.test(entry));
  if (wrong !== undefined) throw new Error(`NASIKO_AGENT_BASES: ${JSON.stringify(wrong)} is no repository`);
  return {
    bases: bases.length === 0 ? WELL_KNOWN : bases,
    closedHosts: closedHosts.map((host) => host.replace(/^https?:\/\//, "")).filter((host) => host !== ""),
  };
}

const LETTERS =
  /^[a-z0-9][a-z0-9./_-]*(?::\d{1,5}\/[a-z0-9./_-]+)?(?::\w[\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/;
const LONGEST_REFERENCE = 300;
/** What answers there is this machine. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){0,3}|0\.0\.0\.0|host\.docker\.internal)(?::\d{1,5})?$/;
/** Bases that the operator made; no build of an upload can have such a name. */
const PREPARED = /^localhost\/nasiko\/base-[a-z]+(?:-[\d.]+)?:[0-9a-f]{12}$/;

/** Whether an upload may take something from an image; never from what another upload was built into. */
export function isAllowedBase(reference: string, { bases, closedHosts }: BaseRules): boolean {
  if (reference.length > LONGEST_REFERENCE || !LETTERS.test(reference)) return false;
  if (PREPARED.test(reference)) return true;
  const { registry, repository } = parseReference(reference);
  if (LOOPBACK.test(registry) || closedHosts.includes(registry)) return false;
  const name = familiarName(repository);
  // Agents' images and the platform's own, in whatever registry.
  if (name.split("/").includes("nasiko")) return false;
  return bases.some((entry) => stands(familiarName(entry), name));
}

const stands = (entry: string, name: string): boolean =>
  entry.endsWith("/*") ? name.startsWith(entry.slice(0, -1)) : entry === name;
