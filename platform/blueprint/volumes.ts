import type { ServiceSpec, VolumeMount } from "../services/service-spec.ts";
import type { Settings } from "../settings/settings.ts";

/**
 * A third-party image and its offline equivalent are two programs, or two versions of one: what one wrote the other may
 * not read. So each has volumes of its own. A stack declares those that it mounts, and those that it has besides, or
 * Pulumi would delete them with their data: whoever switches back finds everything as it was.
 */

/** Behind the short name of a volume that an offline equivalent writes. */
const OFFLINE = "-offline";

/** Every volume that a service has on any stack, used or not. */
export function volumesOf({ image, volumes = [] }: ServiceSpec): readonly string[] {
  const names = volumes.map(({ volume }) => volume);
  return image.kind === "public" ? names.flatMap((name) => [name, name + OFFLINE]) : names;
}

/** What a service mounts when third-party images come from where the settings say. */
export function mountsOf(
  { image, volumes = [] }: ServiceSpec,
  { publicImages }: Pick<Settings, "publicImages">,
): readonly VolumeMount[] {
  if (image.kind !== "public" || publicImages !== "offline") return volumes;
  return volumes.map((mount) => ({ ...mount, volume: mount.volume + OFFLINE }));
}
