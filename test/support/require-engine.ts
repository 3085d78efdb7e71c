import { createDockerClient } from "../../engine/providers/docker/client.ts";

/** Tests on real containers need an engine; without one they fail, and say why, instead of passing unseen. */
export async function setup(): Promise<void> {
  await createDockerClient({ host: process.env["DOCKER_HOST"] }).ping();
}
