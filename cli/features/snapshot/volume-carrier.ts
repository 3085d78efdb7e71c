import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";

import { type DockerClient, UNLIMITED } from "../../../engine/providers/docker/client.ts";
import { removeByForce } from "../../../engine/providers/docker/container-actions.ts";
import { LABEL } from "../../../platform/blueprint/labels.ts";
import { volumeName } from "../../../platform/services/names.ts";
import { archiveFile, type VolumeArchive } from "./manifest.ts";

/** Copies the content of volumes out of the engine and back into it. */
export interface VolumeCarrier {
  /** Writes the volume's content, with owners and modes, to `<volume>.tar.gz` in the folder. */
  save(volume: string, folder: string): Promise<VolumeArchive>;
  /** Unpacks an archive that {@link save} wrote into the volume. */
  load(archive: VolumeArchive, folder: string): Promise<void>;
}

/** Two blocks of zeros: the archive of an image with nothing in it. */
const EMPTY_ARCHIVE = Buffer.alloc(1024);

/**
 * Lends a container that has the volumes mounted and never starts: the engine itself reads and writes archives in
 * it, so that no program and no image is needed. Container and image are gone when `work` has ended.
 */
export async function withVolumeCarrier<Result>(
  docker: DockerClient,
  stack: string,
  volumes: readonly string[],
  work: (carrier: VolumeCarrier) => Promise<Result>,
): Promise<Result> {
  const image = `nasiko/volume-carrier:${stack}`;
  await docker.call("import an empty image", async (engine) => {
    const progress = await engine.importImage(Readable.from(EMPTY_ARCHIVE), {
      repo: "nasiko/volume-carrier",
      tag: stack,
    });
    progress.resume();
    await new Promise((resolve, reject) => progress.on("end", resolve).on("error", reject));
  });
  try {
    const container = await docker.call("create the container that carries volumes", (engine) =>
      engine.createContainer({
        Image: image,
        Cmd: ["never-started"],
        Labels: { [LABEL.stack]: stack, [LABEL.managedBy]: "nasiko" },
        HostConfig: {
          NetworkMode: "none",
          Binds: volumes.map((volume) => `${volumeName(stack, volume)}:${mountOf(volume)}`),
        },
      }),
    );
    try {
      return await work(carrierOf(docker, container.id));
    } finally {
      await removeByForce(docker, { id: container.id, name: "the container that carried volumes" });
    }
  } finally {
    await docker.find("remove the empty image", (engine) => engine.getImage(image).remove());
  }
}

/**
 * Archives are of the mount's folder by its name, not of what is in it: the engine leaves out the entry "." when it
 * unpacks, and with it the owner of a volume's root, without whom nobody could write there.
 */
const MOUNTS = "/volumes";
const mountOf = (volume: string): string => `${MOUNTS}/${volume}`;

const carrierOf = (docker: DockerClient, id: string): VolumeCarrier => ({
  save: async (volume, folder) => {
    const file = archiveFile(volume);
    const archive = await docker.call(
      `read volume ${volume}`,
      (engine) => engine.getContainer(id).getArchive({ path: mountOf(volume) }),
      UNLIMITED,
    );
    const hash = createHash("sha256");
    let bytes = 0;
    await pipeline(
      archive,
      createGzip({ level: 1 }),
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          bytes += chunk.length;
          yield chunk;
        }
      },
      createWriteStream(join(folder, file), { mode: 0o600 }),
    );
    return { volume, file, bytes, sha256: hash.digest("hex") };
  },
  load: async ({ volume, file }, folder) => {
    await docker.call(
      `write volume ${volume}`,
      (engine) => engine.getContainer(id).putArchive(createReadStream(join(folder, file)), { path: MOUNTS }),
      UNLIMITED,
    );
  },
});
