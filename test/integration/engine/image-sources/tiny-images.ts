import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { pack } from "tar-stream";
import type { DockerClient } from "../../../../engine/providers/docker/client.ts";
import { eachMessage } from "../../../../engine/providers/docker/image/build-output.ts";
import type { RegistryAuth } from "../../../../engine/providers/docker/registry-auth.ts";
import { parseReference } from "../../../../engine/formats/image-reference.ts";

/** Makes an image of one random file. */
export async function importTinyImage(client: DockerClient, reference: string): Promise<void> {
  const { repository: repo, tag = "latest" } = parseReference(reference);
  const archive = pack();
  archive.entry({ name: "content" }, randomBytes(64 * 1024));
  archive.finalize();
  await client.call(`import ${reference}`, async (docker) => {
    await eachMessage(
      await docker.importImage(Readable.from(archive, { objectMode: false }), { repo, tag }),
      () => undefined,
    );
  });
}

/** Puts an image of one random file into a registry, and leaves none on the engine. */
export async function publishTinyImage(
  client: DockerClient,
  reference: string,
  login?: RegistryAuth,
): Promise<void> {
  await importTinyImage(client, reference);
  await pushImage(client, reference, login);
  await removeIfThere(client, reference);
}

/** @throws what the registry said */
async function pushImage(client: DockerClient, reference: string, login?: RegistryAuth): Promise<void> {
  await client.call(`push ${reference}`, async (docker) => {
    // The engine wants a login for every push, be it an empty one.
    const stream = await docker.getImage(reference).push({ authconfig: login ?? { username: "" } });
    await eachMessage(stream, (message) => {
      const error: unknown = Reflect.get(Object(message), "error");
      if (typeof error === "string") throw new Error(error);
    });
  });
}

export async function removeIfThere(client: DockerClient, reference: string): Promise<void> {
  await client.find(`remove ${reference}`, (docker) => docker.getImage(reference).remove());
}
