import { type DockerClient } from "../../../engine/providers/docker/client.ts";
import type { CommandContext } from "../../stack/context.ts";

/**
 * Makes sure that an engine answers; with `yes`, setup puts in place what is missing.
 * @throws NSK-ENGINE-UNREACHABLE, or what setup could not do
 */
export async function readyEngine(
  context: CommandContext,
  docker: DockerClient,
  yes: boolean,
): Promise<void> {
  if (yes) {
    const { setUp } = await import("./setup.ts");
    await setUp(context, true);
  }
  await docker.ping();
}
