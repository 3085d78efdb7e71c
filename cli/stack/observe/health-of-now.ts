import type { ContainerInspectInfo } from "dockerode";

import type { DockerClient } from "../../../engine/providers/docker/client.ts";
import { probeOf } from "../../../engine/providers/docker/health.ts";

/**
 * Docker calls a container "starting" until its first probe, up to one interval late. Its own check, run now, says
 * what is true.
 */
export async function withHealthOfNow(
  docker: DockerClient,
  container: ContainerInspectInfo,
): Promise<ContainerInspectInfo> {
  const health = container.State.Health;
  const probe = probeOf(container.Config.Healthcheck);
  if (health?.Status !== "starting" || probe === undefined) return container;
  const signal = AbortSignal.timeout(probe.timeout);
  try {
    const { exitCode } = await docker.exec(container.Id, probe.command, { timeout: probe.timeout, signal });
    if (exitCode !== 0) return container;
  } catch {
    // It ended or went away meanwhile, as one does that keeps ending, and its check's connection with it; or the check
    // takes too long. Whether it is the engine that went, the second look tells.
    return (await docker.container(container.Id)) ?? container;
  }
  return { ...container, State: { ...container.State, Health: { ...health, Status: "healthy" } } };
}
