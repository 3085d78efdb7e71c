import type { JobSpec } from "../../../../platform/services/service-spec.ts";
import { client } from "../images/containers.ts";

export interface Ended {
  readonly exitCode: number;
  readonly output: string;
}

/** Runs a job without secrets to its end, on the network and under the label of this name, as its spec says. */
export async function runJob(spec: JobSpec, image: string, network: string): Promise<Ended> {
  const container = await client.call(`create ${spec.name}`, (docker) =>
    docker.createContainer({
      Image: image,
      Labels: { "nasiko.stack": network },
      ...(spec.entrypoint === undefined ? {} : { Entrypoint: [...spec.entrypoint] }),
      ...(spec.command === undefined ? {} : { Cmd: [...spec.command] }),
      Env: Object.entries(spec.env ?? {}).map(([name, value]) => {
        if (typeof value !== "string") throw new Error(`${name} is a secret`);
        return `${name}=${value}`;
      }),
      User: spec.user,
      HostConfig: {
        CapDrop: ["ALL"],
        SecurityOpt: ["no-new-privileges"],
        ReadonlyRootfs: spec.readOnly ?? true,
        Tmpfs: { ...spec.tmpfs },
        NetworkMode: network,
      },
    }),
  );
  await container.start();
  const { StatusCode } = (await container.wait()) as { readonly StatusCode: number }; // the engine's answer to a wait
  const output = (await client.logs(container.id)).join("\n");
  await container.remove();
  return { exitCode: StatusCode, output };
}
