import type { ContainerInspectInfo } from "dockerode";

import type { DockerClient } from "../../../engine/providers/docker/client.ts";
import { statusCodeOf } from "../../../engine/providers/docker/docker-error.ts";
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
  } catch (thrown) {
    // It ended or went away since it was looked at, as one does that keeps ending: then it is not healthy either.
    if (statusCodeOf(thrown) === undefined) throw thrown;
    return container;
  }
  return { ...container, State: { ...container.State, Health: { ...health, Status: "healthy" } } };
}
