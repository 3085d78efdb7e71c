import { globSync } from "node:fs";
import { join } from "node:path";

import { clientProxies } from "../../../engine/providers/docker/client-proxies.ts";
import type { DockerClient } from "../../../engine/providers/docker/client.ts";
import { registryAuthFrom } from "../../../engine/providers/docker/registry-auth.ts";
import type { Blueprint } from "../../../platform/blueprint/blueprint.ts";
import {
  imagesOf,
  type PlannedImage,
  registryReferences,
  unverifiedImages,
} from "../../../platform/blueprint/images.ts";
import { type NasikoError, throwProblems } from "../../../platform/errors/define-error.ts";
import { BASE_NAMES, type BaseName, baseIdentity } from "../../../platform/images/base-recipes.ts";
import type { CommandContext } from "../context.ts";
import { ensureHome } from "../home/home.ts";
import { versionGone } from "./errors.ts";
import type { BasesUnderWay, PreparedBase } from "../../engine-host/images/prepare.ts";
import { dockerConfigFolder } from "../../engine-host/docker-config.ts";

/** What stands ready for a run. */
export interface PreparedImages {
  readonly bases: readonly PreparedBase[];
  /** References of what was pulled just now. */
  readonly pulled: readonly string[];
}

/** What a blueprint says of images. */
type NeededImages = Pick<Blueprint, "images" | "agents" | "settings">;

/** Fetches everything that a run needs from outside, see {@link beginImages}, and waits for all of it. */
export async function prepareImages(
  context: CommandContext,
  docker: DockerClient,
  blueprint: Blueprint,
  more: readonly BaseName[] = [],
): Promise<PreparedImages> {
  const { bases, pulled } = await beginImages(context, docker, blueprint, more);
  return { bases: await bases.all, pulled };
}

/**
 * Pulls what a run needs from registries, before anything is stopped for it, and begins to make the bases that builds
 * start from: an image whose base is there already need not wait for the others. Says so first.
 * @param more bases for what is built later, e.g. for uploads
 */
export async function beginImages(
  context: CommandContext,
  docker: DockerClient,
  blueprint: NeededImages,
  more: readonly BaseName[] = [],
): Promise<{ readonly bases: BasesUnderWay; readonly pulled: readonly string[] }> {
  const { output } = context;
  const signal = AbortSignal.any([context.cancel, context.terminate]);
  const report = (what: string, message: string): void =>
    output.note(output.colors.dim(`    ${what}: ${message}`));
  for (const note of unverifiedNotes(blueprint)) output.note(output.colors.yellow(note));

  const missing = await missingImages(docker, blueprint);
  throwProblems(missing.flatMap(goneForGood));
  const references = registryReferences(missing);
  const { pullImages } = await import("../../engine-host/images/pull-images.ts");
  const dockerConfig = dockerConfigFolder(context.environment);
  const auth = registryAuthFrom(dockerConfig);
  const pulled = await pullImages({ docker, references, auth, report, signal });

  const { hostCertificateFiles } = await import("../../engine-host/images/certificates.ts");
  const { beginBases } = await import("../../engine-host/images/prepare.ts");
  const { baseProgress } = await import("../../engine-host/images/base-progress.ts");
  const { caCerts } = blueprint.settings;
  ensureHome(context.home);
  const { arch } = await docker.version();
  const bases = await beginBases({
    docker,
    proxies: await clientProxies(dockerConfig, context.environment["DOCKER_HOST"]),
    wanted: [...new Set([...basesOf(blueprint), ...more])],
    caCerts: caCerts === undefined ? hostCertificateFiles() : globSync(join(caCerts, "*.crt")),
    arch: arch === "arm64" ? "arm64" : "amd64",
    report: baseProgress({ logs: context.home.logs, show: report }),
    signal,
  });
  return { bases, pulled };
}

/** What has to be said of images that nobody pinned. */
export function unverifiedNotes(blueprint: NeededImages): readonly string[] {
  const unverified = unverifiedImages(blueprint);
  return unverified.length === 0 ? [] : [`! Not in images.lock.json by digest: ${unverified.join(", ")}`];
}

/** Nobody can bring an earlier build of an agent back: its content is no longer there. */
const goneForGood = ({ kind, name, reference }: PlannedImage): readonly NasikoError[] =>
  kind === "kept" ? [versionGone({ agent: name.replace(/^agent-/, ""), reference })] : [];

/** An image that was built once needs nothing from a registry any more. */
async function missingImages(
  docker: DockerClient,
  blueprint: NeededImages,
): Promise<readonly PlannedImage[]> {
  const images = imagesOf(blueprint);
  const found = await Promise.all(images.map(({ reference }) => docker.image(reference)));
  return images.filter((_, index) => found[index] === undefined);
}

export function basesOf(blueprint: NeededImages): readonly BaseName[] {
  const references = new Set(
    imagesOf(blueprint).flatMap((image) => (image.kind === "built" ? image.bases : [])),
  );
  return BASE_NAMES.filter((name) => references.has(baseIdentity(name).reference));
}
