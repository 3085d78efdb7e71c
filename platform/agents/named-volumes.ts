import type { GivenService } from "./compose-schema.ts";

/** A volume that an agent's compose file names: it outlives versions of the agent. */
export interface NamedVolume {
  /** Unique in the file. */
  readonly name: string;
  /** Where it is mounted. */
  readonly path: string;
  readonly readOnly: boolean;
}

interface VolumeReading {
  readonly volumes: readonly NamedVolume[];
  /** Mounts that are left out, by their place in the list. */
  readonly notes: readonly { readonly index: number; readonly text: string }[];
}

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$/;

/**
 * Reads the mounts of a service: volumes with a name are kept, everything else is left out.
 * @param declared the file's own volumes
 */
export function readVolumes(
  mounts: GivenService["volumes"],
  declared: Readonly<Record<string, unknown>>,
): VolumeReading {
  const volumes: NamedVolume[] = [];
  const notes: { index: number; text: string }[] = [];
  for (const [index, mount] of mounts.entries()) {
    const { source, target, readOnly } = "target" in mount ? longForm(mount) : shortForm(mount.text);
    const leaveOut = (why: string): unknown => notes.push({ index, text: `${target} is left out: ${why}` });
    if (source === undefined) leaveOut("a volume without a name does not survive a version; give it one");
    else if (!NAME.test(source))
      leaveOut("agents see nothing of the machine's files; a volume with a name survives versions");
    else if (!target.startsWith("/")) leaveOut("it is mounted at no absolute path");
    else {
      volumes.push({ name: source, path: target, readOnly });
      if (isForeign(declared[source]))
        notes.push({
          index,
          text: `${source} is a volume of the agent's own, whatever name, driver or options the file gives it`,
        });
    }
  }
  return { volumes, notes };
}

interface Mount {
  readonly source: string | undefined;
  readonly target: string;
  readonly readOnly: boolean;
}

function shortForm(text: string): Mount {
  const [first = "", second, options = ""] = text.split(/:(?![\\/])|:(?=\/)/);
  if (second === undefined) return { source: undefined, target: first, readOnly: false };
  return { source: first, target: second, readOnly: options.split(",").includes("ro") };
}

function longForm({
  type,
  source,
  target,
  read_only,
}: Extract<GivenService["volumes"][number], { target: string }>): Mount {
  // Of another type it is none of ours, whatever it is called.
  const named = type === "volume" ? source : `./${source ?? type}`;
  return { source: named, target, readOnly: read_only ?? false };
}

/** It says more than that it exists. */
const isForeign = (volume: unknown): boolean =>
  typeof volume === "object" && volume !== null && Object.keys(volume).some((key) => !key.startsWith("x-"));
