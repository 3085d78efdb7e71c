import { globSync } from "node:fs";
import { join } from "node:path";

import type { DockerClient } from "../../engine/providers/docker/client.ts";
import type { Blueprint } from "../../platform/blueprint/blueprint.ts";
import { BASE_NAMES, type BaseName, baseIdentity } from "../../platform/images/base-recipes.ts";
import type { CommandContext } from "../context.ts";
import type { PreparedBase } from "../images/prepare.ts";

/** Makes the bases that the blueprint's images start from, where they are missing; says so first. */
export async function prepareImages(
  context: CommandContext,
  docker: DockerClient,
  blueprint: Blueprint,
): Promise<readonly PreparedBase[]> {
  const { hostCertificateFiles } = await import("../images/certificates.ts");
  const { prepareBases } = await import("../images/prepare.ts");
  const { caCerts } = blueprint.settings;
  const { arch } = await docker.version();
  return prepareBases({
    docker,
    wanted: basesOf(blueprint),
    caCerts: caCerts === undefined ? hostCertificateFiles() : globSync(join(caCerts, "*.crt")),
    arch: arch === "arm64" ? "arm64" : "amd64",
    report: (base, message) => context.output.note(context.output.colors.dim(`    ${base}: ${message}`)),
    signal: AbortSignal.any([context.cancel, context.terminate]),
  });
}

function basesOf({ images, agents }: Blueprint): readonly BaseName[] {
  const references = new Set([...images, ...agents.map(({ image }) => image)].flatMap(({ bases }) => bases));
  return BASE_NAMES.filter((name) => references.has(baseIdentity(name).reference));
}
