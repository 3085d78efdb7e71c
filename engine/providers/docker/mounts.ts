/** Volumes and mounts of a container in the engine's form. */
import type { MountSettings } from "dockerode";
import type { Reader } from "../schema/reader.ts";

export interface VolumeSettings {
  /** Container paths that are declared as volumes. */
  readonly paths: readonly string[];
  /** `source:target:mode`. */
  readonly binds: readonly string[];
  /** Containers whose volumes are shared. */
  readonly from: readonly string[];
}

/** What `volumes` asks for: a bind or a named volume, an anonymous volume, or another container's volumes. */
export function volumeSettings(volumes: readonly Reader[]): VolumeSettings {
  const paths: string[] = [];
  const binds: string[] = [];
  const from: string[] = [];
  for (const volume of volumes) {
    const target = volume.text("containerPath");
    const container = volume.text("fromContainer");
    const source = volume.text("hostPath") ?? volume.text("volumeName");
    if (container !== undefined) from.push(container);
    if (target === undefined) continue;
    paths.push(target);
    const relabel = volume.text("selinuxRelabel");
    const mode = `${volume.flag("readOnly") === true ? "ro" : "rw"}${relabel === undefined ? "" : `,${relabel}`}`;
    if (source !== undefined) binds.push(`${source}:${target}:${mode}`);
  }
  return { paths, binds, from };
}

export function mountSettings(mounts: readonly Reader[]): MountSettings[] {
  return mounts.map((mount) => {
    const propagation = mount.block("bindOptions")?.text("propagation");
    const tmpfs = mount.block("tmpfsOptions");
    return {
      Target: mount.requiredText("target"),
      Source: mount.text("source") ?? "",
      Type: mountType(mount.requiredText("type")),
      ReadOnly: mount.flag("readOnly") ?? false,
      ...(propagation === undefined ? {} : { BindOptions: { Propagation: propagationOf(propagation) } }),
      ...(tmpfs === undefined
        ? {}
        : {
            TmpfsOptions: { SizeBytes: tmpfs.number("sizeBytes") ?? 0, Mode: tmpfs.number("mode") ?? 0 },
          }),
    };
  });
}

function mountType(type: string): "bind" | "volume" | "tmpfs" {
  return type === "bind" || type === "volume" ? type : "tmpfs";
}

type Propagation = NonNullable<MountSettings["BindOptions"]>["Propagation"];
const PROPAGATIONS: readonly Propagation[] = ["private", "rprivate", "shared", "rshared", "slave", "rslave"];

function propagationOf(text: string): Propagation {
  const found = PROPAGATIONS.find((propagation) => propagation === text);
  if (found === undefined) throw new TypeError(`checked property "propagation" is ${text}`);
  return found;
}
