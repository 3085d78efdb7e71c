import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import type Docker from "dockerode";
import { pack } from "tar-stream";
import { hostCertificateFiles } from "../../../../cli/engine-host/images/certificates.ts";
import { followImage } from "../../../../cli/engine-host/images/image-stream.ts";
import { prepareBases } from "../../../../cli/engine-host/images/prepare.ts";
import { shortName } from "../../../../engine/formats/image-reference.ts";
import { createDockerClient } from "../../../../engine/providers/docker/client.ts";
import type { DockerClient } from "../../../../engine/providers/docker/client.ts";
import { type OfflineImage, readOfflineImages } from "../../../../platform/images/offline-images.ts";
import type { BaseName } from "../../../../platform/images/base-recipes.ts";
import { packageFolder } from "../../../../platform/package-folder.ts";
import { describeImage } from "../../../../platform/images/describe-image.ts";
import { NO_IGNORE_RULES } from "../../../../engine/formats/ignore-rules.ts";
import { readContext } from "../../../../engine/formats/read-context.ts";

export const client: DockerClient = createDockerClient();

/** Never aborted. */
export const forever = new AbortController().signal;

/** Long enough to make a base on a slow machine. */
export const BUILD_TIME = 2_400_000;

export async function prepared(...wanted: readonly BaseName[]): ReturnType<typeof prepareBases> {
  const { arch } = await client.version();
  return await prepareBases({
    docker: client,
    wanted,
    caCerts: hostCertificateFiles(),
    arch: arch === "arm64" ? "arm64" : "amd64",
    report: () => undefined,
    signal: forever,
  });
}

/** What is below offline/ for a public image. @param name its last part, e.g. "clickhouse-server" */
export function offlineImage(name: string): OfflineImage {
  const image = readOfflineImages(packageFolder()).find(({ of }) => shortName(of) === name);
  if (image === undefined) throw new Error(`nothing below offline/ is for ${name}`);
  return image;
}

const built = new Map<string, Promise<string>>();

/** The image of {@link buildOffline}, which the tests of one file share. */
export function builtOffline(name: string): Promise<string> {
  const building = built.get(name) ?? buildOffline(name);
  built.set(name, building);
  return building;
}

/**
 * Builds the equivalent of a public image as the platform does. Its tag says what is in it, so it stays for the next run, as
 * the bases do.
 */
async function buildOffline(name: string): Promise<string> {
  const root = packageFolder();
  const { folder } = offlineImage(name);
  const build = describeImage({ root, name, context: folder, publicImages: "offline" });
  if ((await client.image(build.reference)) !== undefined) return build.reference;
  const archive = pack();
  archive.entry({ name: "Dockerfile" }, build.dockerfile.generated ?? "");
  for (const entry of readContext(join(root, build.context), NO_IGNORE_RULES)) {
    if (entry.kind !== "file" || entry.path === "Dockerfile") continue;
    const content = readFileSync(join(root, build.context, entry.path));
    archive.entry({ name: entry.path, mode: Number.parseInt(entry.mode, 8) }, content);
  }
  archive.finalize();
  await client.call(`build ${name}`, async (docker) => {
    const answer = await docker.buildImage(Readable.from(archive), { t: build.reference, forcerm: true });
    return await followImage(docker, answer, { base: name, signal: forever, onLine: () => undefined });
  });
  return build.reference;
}

export interface RunOptions {
  readonly image: string;
  readonly command?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Volume name to path. */
  readonly volumes?: Readonly<Record<string, string>>;
  /** Path to content; such a container's root file system can be written to. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Containers and volumes of one test file, all gone after `clean`. */
export class Sandbox {
  readonly #label = `images-test-${randomUUID().slice(0, 8)}`;

  /** Starts a container as the platform does: no root, no capabilities, nothing to write to but volumes and tmpfs. */
  async run(options: RunOptions): Promise<Docker.Container> {
    const files = Object.entries(options.files ?? {});
    const container = await client.call("create a container", (docker) =>
      docker.createContainer({
        Image: options.image,
        ...(options.command === undefined ? {} : { Cmd: [...options.command] }),
        Env: Object.entries(options.env ?? {}).map(([name, value]) => `${name}=${value}`),
        User: "999:999",
        Labels: { "nasiko.stack": this.#label },
        HostConfig: {
          Binds: Object.entries(options.volumes ?? {}).map(([name, path]) => `${name}:${path}`),
          CapDrop: ["ALL"],
          SecurityOpt: ["no-new-privileges"],
          ReadonlyRootfs: files.length === 0,
          Tmpfs: { "/run": "", "/tmp": "" },
        },
      }),
    );
    if (files.length > 0) {
      const archive = pack();
      for (const [path, content] of files) archive.entry({ name: path, mode: 0o755 }, content);
      archive.finalize();
      await container.putArchive(Readable.from(archive), { path: "/" });
    }
    await container.start();
    return container;
  }

  async volume(): Promise<string> {
    const name = `${this.#label}-${randomUUID().slice(0, 8)}`;
    await client.call("create a volume", (docker) =>
      docker.createVolume({ Name: name, Labels: { "nasiko.stack": this.#label } }),
    );
    return name;
  }

  async clean(): Promise<void> {
    const ours = { labels: [`nasiko.stack=${this.#label}`] };
    await client.call("clean up", async (docker) => {
      for (const { Id } of await client.containers(ours))
        await docker.getContainer(Id).remove({ force: true, v: true });
      for (const { Name } of await client.volumes(ours)) await docker.getVolume(Name).remove();
    });
  }
}

export interface Outcome {
  readonly exitCode: number | undefined;
  readonly output: string;
}

/** Milliseconds that only end what hangs: how fast a machine is, no test asks. */
const LIMIT = 300_000;

/** Runs a shell line inside a container. */
export const inside = (container: Docker.Container, line: string): Promise<Outcome> =>
  client.exec(container.id, ["sh", "-c", line], { timeout: LIMIT, signal: forever });

/** Waits until a shell line succeeds inside a container that keeps running. */
export async function until(container: Docker.Container, line: string): Promise<void> {
  for (const end = Date.now() + LIMIT; Date.now() < end;) {
    const { State } = await container.inspect();
    if (!State.Running) break;
    if ((await inside(container, line)).exitCode === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`never true: ${line}\n${(await client.logs(container.id, 20)).join("\n")}`);
}
