import type { ServiceSpec, VolumeMount } from "../services/service-spec.ts";
import type { Settings } from "../settings/settings.ts";

/**
 * A third-party image and its offline equivalent are two programs, or two versions of one: what one wrote the other may
 * not read. So each has volumes of its own. Both are declared always, or Pulumi would delete the one that is not in use
 * together with its data; whoever switches back finds everything as it was.
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
