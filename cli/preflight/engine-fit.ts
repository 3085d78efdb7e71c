import type { DockerClient } from "../../engine/providers/docker/client.ts";
import type { Blueprint } from "../../platform/blueprint/blueprint.ts";
import type { NasikoError } from "../../platform/errors/define-error.ts";
import { architectureUnsupported, memoryShort } from "./errors.ts";

/** What an engine offers. */
export interface EngineSize {
  readonly memoryMegabytes: number;
  /** As Docker names it, e.g. "amd64". */
  readonly architecture: string;
}

/** Architectures that every image here exists for. */
const SUPPORTED: readonly string[] = ["amd64", "arm64"];

export async function sizeOf(docker: DockerClient): Promise<EngineSize> {
  const [info, { arch }] = await Promise.all([
    docker.call("tell its size", async (engine) => {
      // The library types the answer as any; this is the one field we read.
      const answer = (await engine.info()) as { readonly MemTotal: number };
      return answer;
    }),
    docker.version(),
  ]);
  return { memoryMegabytes: Math.floor(info.MemTotal / 2 ** 20), architecture: arch };
}

/** Whether the blueprint fits on the engine; all problems at once. */
export function engineProblems(blueprint: Blueprint, engine: EngineSize): readonly NasikoError[] {
  const { memoryMegabytes: wanted } = blueprint;
  return [
    ...(SUPPORTED.includes(engine.architecture)
      ? []
      : [architectureUnsupported({ architecture: engine.architecture, supported: SUPPORTED })]),
    ...(wanted <= engine.memoryMegabytes
      ? []
      : [memoryShort({ wanted, available: engine.memoryMegabytes, largest: largestServices(blueprint) })]),
  ];
}

/** The three services with the highest limits. */
function largestServices({ layers }: Blueprint): readonly string[] {
  return layers
    .flatMap((layer) => layer.services)
    .toSorted((a, b) => b.container.memoryMegabytes - a.container.memoryMegabytes)
    .slice(0, 3)
    .map(({ name, container }) => `${name} ${container.memoryMegabytes} MB`);
}
