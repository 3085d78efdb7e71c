import type { ContainerInfo } from "dockerode";

import type { DockerClient } from "../../../engine/providers/docker/client.ts";
import { tolerating } from "../../../engine/providers/docker/container-actions.ts";
import { LABEL } from "../../../platform/blueprint/labels.ts";

/** Seconds that an agent, or the worker, has to finish what it is doing. */
const GRACE = 15;

/**
 * Removes the agents that the stack's worker started: no state records them, and a network cannot go while they are
 * attached to it. The worker is stopped first, since it could start another one meanwhile; no other run may work on
 * the stack.
 */
export async function removeUploadedAgents(docker: DockerClient, stack: string): Promise<void> {
  const workers = [`${LABEL.stack}=${stack}`, `${LABEL.service}=nasiko-worker`];
  await Promise.all((await docker.containers({ labels: workers })).map((worker) => stop(docker, worker)));
  const uploaded = [`${LABEL.stack}=${stack}`, `${LABEL.managedBy}=worker`];
  await Promise.all(
    (await docker.containers({ labels: uploaded })).map(async (agent) => {
      await stop(docker, agent);
      await tolerating([409], () =>
        docker.find(`remove ${nameOf(agent)}`, (engine) =>
          engine.getContainer(agent.Id).remove({ v: true, force: true }),
        ),
      );
    }),
  );
}

async function stop(docker: DockerClient, container: ContainerInfo): Promise<void> {
  if (container.State !== "running") return;
  await tolerating([304, 409], () =>
    docker.find(`stop ${nameOf(container)}`, (engine) =>
      engine.getContainer(container.Id).stop({ t: GRACE }),
    ),
  );
}

const nameOf = ({ Id, Names }: ContainerInfo): string => Names[0]?.slice(1) ?? Id;
