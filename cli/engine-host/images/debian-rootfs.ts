import { accessSync, constants, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { delimiter, join } from "node:path";
import { type BaseName, BASE_RECIPES } from "../../../platform/images/base-recipes.ts";
import { packageFolder } from "../../../platform/package-folder.ts";
import type { CertificateAuthority } from "./certificates.ts";
import { baseFailed, baseNeedsRoot, baseNeedsTool } from "./errors.ts";
import { type RunningCommand, startCommand } from "../../lib/run-command.ts";

export type Architecture = "amd64" | "arm64";

export interface RootfsOptions {
  /** One without a base below it. */
  readonly base: BaseName;
  readonly arch: Architecture;
  readonly certificates: readonly CertificateAuthority[];
  /** An empty private folder, removed by the caller. */
  readonly work: string;
  /** Where packages come from; never part of a hash. @default debootstrap's own choice */
  readonly debianMirror?: string;
  readonly report: (message: string) => void;
  readonly signal: AbortSignal;
}

const recipeFolder = (base: BaseName): string => join(packageFolder(), BASE_RECIPES[base].folder);

/** What the machine must offer; asked before anything is begun. @throws NSK-BASE-NEEDS-… */
export function requireRootfsTools(base: BaseName): void {
  if (process.getuid?.() !== 0) throw baseNeedsRoot({ base });
  if (!isOnPath("debootstrap")) throw baseNeedsTool({ base, tool: "debootstrap", package: "debootstrap" });
  if (!isOnPath("unshare")) throw baseNeedsTool({ base, tool: "unshare", package: "util-linux" });
}

/**
 * Makes Debian's root file system and waits until its archive begins to arrive on `stdout`. The caller reads it to
 * its end and then checks `exit`: an archive that ends early looks whole to the engine.
 */
export async function startRootfs(options: RootfsOptions): Promise<RunningCommand> {
  const rootfs = join(options.work, "rootfs-work");
  mkdirSync(rootfs);
  // Mounts and processes of the script cannot outlive it: they are in namespaces of their own.
  const tool = await startCommand(
    "unshare",
    [
      ...["--mount", "--pid", "--fork", "--kill-child=SIGKILL"],
      ...["sh", join(recipeFolder(options.base), "build-rootfs.sh")],
      ...[rootfs, BASE_RECIPES[options.base].versions["suite"] ?? "", options.arch],
    ],
    {
      env: {
        LC_ALL: "C",
        ...(options.certificates.length === 0 ? {} : { NASIKO_CA_DIR: writeCertificates(options) }),
        ...(options.debianMirror === undefined ? {} : { NASIKO_DEBIAN_MIRROR: options.debianMirror }),
      },
      signal: options.signal,
      onLine: (line) => options.report(line.replace(/^I: /, "")),
    },
  );
  await Promise.race([once(tool.stdout, "readable"), tool.exit]);
  if (tool.stdout.readableLength > 0) return tool;
  await tool.stop();
  options.signal.throwIfAborted();
  throw baseFailed({ base: options.base, step: "debootstrap", output: tool.tail() });
}

/** Instructions for the imported image, from the recipe. */
export const rootfsInstructions = (base: BaseName): readonly string[] =>
  readFileSync(join(recipeFolder(base), "image-config"), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));

function writeCertificates({ work, certificates }: RootfsOptions): string {
  const folder = join(work, "certificates");
  mkdirSync(folder);
  for (const { id, pem } of certificates) writeFileSync(join(folder, `extra-${id}.crt`), pem);
  return folder;
}

function isOnPath(program: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
