import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { DockerClient } from "../../../../../engine/providers/docker/client.ts";

const APPLETS = [
  "sh",
  "sleep",
  "cat",
  "ls",
  "test",
  "touch",
  "rm",
  "stat",
  "echo",
  "true",
  "id",
  "tail",
  "head",
];

/**
 * Makes a tiny image from the distribution's static busybox, without a registry, under a tag of this process's own.
 * Needs apt and dpkg.
 */
export async function importBusybox(client: DockerClient): Promise<string> {
  const reference = `nasiko-test/busybox:${process.pid}`;
  const folder = mkdtempSync(join(tmpdir(), "nasiko-busybox-"));
  try {
    execFileSync("apt-get", ["download", "-q", "busybox-static"], { cwd: folder, stdio: "pipe" });
    const [archive] = readdirSync(folder);
    execFileSync("dpkg-deb", ["-x", archive ?? "", "package"], { cwd: folder, stdio: "pipe" });
    const root = join(folder, "root");
    for (const name of ["bin", "tmp"]) mkdirSync(join(root, name), { recursive: true });
    chmodSync(join(root, "tmp"), 0o1777);
    const binary = ["bin/busybox", "usr/bin/busybox"]
      .map((path) => join(folder, "package", path))
      .find((path) => readdirSync(join(path, "..")).includes("busybox"));
    execFileSync("cp", [binary ?? "", join(root, "bin/busybox")]);
    for (const applet of APPLETS) symlinkSync("busybox", join(root, "bin", applet));
    const tar = spawn("tar", ["-C", root, "--owner=0", "--group=0", "-c", "."], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await client.call("import busybox", async (docker) => {
      const answer = await docker.importImage(tar.stdout, {
        repo: "nasiko-test/busybox",
        tag: String(process.pid),
      });
      const said = await text(answer);
      if (said.includes('"error"')) throw new Error(said);
    });
    return reference;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Removes whatever a failed test left: everything that carries the test's stack label, and its images. */
export async function sweep(client: DockerClient, stack: string, images: readonly string[]): Promise<void> {
  const labels = [`nasiko.stack=${stack}`];
  for (const { Id } of await client.containers({ labels }))
    await client.find("remove", (docker) => docker.getContainer(Id).remove({ force: true, v: true }));
  for (const { Id } of await client.networks({ labels }))
    await client.find("remove", (docker) => docker.getNetwork(Id).remove());
  for (const { Name } of await client.volumes({ labels }))
    await client.find("remove", (docker) => docker.getVolume(Name).remove());
  for (const image of images)
    await client.find("remove", (docker) => docker.getImage(image).remove({ force: true }));
}
