import type { Handler } from "../command.ts";
import { table } from "../output/table.ts";
import { blueprintOf } from "../run/blueprint.ts";
import { connectDocker } from "../run/deployment.ts";
import { prepareImages } from "../run/prepare-images.ts";

export const handler: Handler = async (context) => {
  const docker = connectDocker(context);
  await docker.ping();
  const bases = await prepareImages(context, docker, await blueprintOf(context));
  return {
    exitCode: 0,
    text: table(bases.map(({ reference, outcome }) => [reference, outcome])),
    json: { ok: true, bases: bases.map(({ name, reference, outcome }) => ({ name, reference, outcome })) },
  };
};
