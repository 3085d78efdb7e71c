import type { DockerClient } from "../../../engine/providers/docker/client.ts";
import { containerName, REGISTRY_SERVICE } from "../../../platform/services/names.ts";

const VARIABLE = "NASIKO_REGISTRY_TOKEN=";

/**
 * What the service registry of a stack tells everything to. It is read where the registry has it from: whoever may
 * use the engine is the operator, and needs no passphrase for it.
 * @returns undefined when there is no registry
 */
export async function registryToken(docker: DockerClient, stack: string): Promise<string | undefined> {
  const container = await docker.container(containerName(stack, REGISTRY_SERVICE));
  return container?.Config.Env.find((each) => each.startsWith(VARIABLE))?.slice(VARIABLE.length);
}
