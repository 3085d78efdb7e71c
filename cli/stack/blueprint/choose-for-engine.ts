import type { DockerClient } from "../../../engine/providers/docker/client.ts";
import type { CommandContext } from "../context.ts";
import { chooseDockerSocket } from "./choose-docker-socket.ts";
import { type Choice, choosePublicImages } from "./choose-public-images.ts";

/**
 * Everything about a stack that depends on the engine it runs on, and that the program itself never asks.
 * @returns stack config on top of the file's, with full keys
 */
export const chooseForEngine = async (
  context: CommandContext,
  docker: DockerClient,
  choice: Choice,
): Promise<Readonly<Record<string, string>>> => ({
  ...(await choosePublicImages(context, docker, choice)),
  ...(await chooseDockerSocket(context, docker, choice)),
});
