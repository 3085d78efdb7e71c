import type { ImageInfo } from "dockerode";

import { agentImage } from "../../../platform/blueprint/images.ts";

/** An earlier or the present build of an agent, kept as an image. */
export interface AgentVersion {
  /** 16 hex digits of its content hash: the image's tag. */
  readonly version: string;
  readonly reference: string;
  /** When it was built, seconds since 1970. */
  readonly built: number;
  /** Bytes, layers that it shares with others included. */
  readonly size: number;
}

/** Version in a reference of the agent's image. @returns undefined for any other reference */
export function versionIn(reference: string, agent: string): string | undefined {
  const prefix = agentImage(agent, "");
  const tag = reference.startsWith(prefix) ? reference.slice(prefix.length) : "";
  return /^[0-9a-f]{16}$/.test(tag) ? tag : undefined;
}

/** Builds of an agent among all images of an engine, newest first. */
export function versionsOf(
  agent: string,
  images: readonly Pick<ImageInfo, "RepoTags" | "Created" | "Size">[],
): readonly AgentVersion[] {
  return images
    .flatMap(({ RepoTags, Created, Size }) =>
      // Null for an image without tags, whatever the types say.
      Array.from(RepoTags ?? []).flatMap((reference): readonly AgentVersion[] => {
        const version = versionIn(reference, agent);
        return version === undefined ? [] : [{ version, reference, built: Created, size: Size }];
      }),
    )
    .toSorted((a, b) => b.built - a.built || (a.version < b.version ? -1 : 1));
}

/**
 * The version to go back to: the one that begins as wanted, else the newest that was built before the present one.
 * @param current undefined when none runs
 */
export function earlierVersion(
  versions: readonly AgentVersion[],
  current: string | undefined,
  wanted: string | undefined,
): AgentVersion | undefined {
  if (wanted !== undefined) {
    const found = versions.filter(({ version }) => version.startsWith(wanted));
    return found.length === 1 ? found[0] : undefined;
  }
  const position = versions.findIndex(({ version }) => version === current);
  return versions[position + 1];
}

/**
 * Versions that need not be kept any longer: neither among the newest, nor the present one, nor run by any container.
 * @param used references that containers were made from
 */
export function outlivedVersions(
  versions: readonly AgentVersion[],
  count: number,
  current: string,
  used: ReadonlySet<string>,
): readonly AgentVersion[] {
  const others = versions.filter(({ version }) => version !== current);
  return others.slice(Math.max(0, count - 1)).filter(({ reference }) => !used.has(reference));
}
