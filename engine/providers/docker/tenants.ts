import type { DockerClient } from "./client.ts";

/** Seconds that an agent has to finish what it is doing. */
const GRACE = 15;

/**
 * Removes the agents on a network that the stack's worker started: they are in nobody's state, so with their network
 * they go, or the network could not.
 * @param stack whose worker
 */
export async function removeTenants(client: DockerClient, networkId: string, stack: string): Promise<void> {
  const labels = [`nasiko.stack=${stack}`, "nasiko.managed-by=worker"];
  const tenants = (await client.containers({ labels })).filter(({ NetworkSettings }) =>
    Object.values(NetworkSettings.Networks).some(({ NetworkID }) => NetworkID === networkId),
  );
  await Promise.all(
    tenants.map(async ({ Id, Names, State }) => {
      const name = Names[0]?.slice(1) ?? Id;
      if (State === "running")
        await client.find(`stop ${name}`, (docker) => docker.getContainer(Id).stop({ t: GRACE }));
      await client.find(`remove ${name}`, (docker) =>
        docker.getContainer(Id).remove({ v: true, force: true }),
      );
    }),
  );
}
