import type { RecordedResource, StepContext } from "../../core/provider.ts";
import { reader } from "../schema/reader.ts";
import { statusCodeOf } from "./docker-error.ts";
import { dockerRefused } from "./errors.ts";
import type { DockerContext } from "./resource-kind.ts";
import { until } from "./until.ts";

/** Stops a container with its grace period (none unless set, as the official provider), then removes it. */
export async function removeContainer(
  { client, clock }: DockerContext,
  old: RecordedResource,
  step: StepContext,
): Promise<void> {
  const get = reader({ ...old.outputs, ...old.inputs });
  const name = get.text("name") ?? old.id.slice(0, 12);
  // A job is at its end, or has to stop now.
  if (get.flag("attach") !== true)
    await tolerating([304, 404], () =>
      client.call(`stop ${name}`, (docker) =>
        docker
          .getContainer(old.id)
          .stop({ t: get.number("destroyGraceSeconds") ?? 0, abortSignal: step.signal }),
      ),
    );
  // 409: a removal is under way already.
  await tolerating([404, 409], () =>
    client.call(`remove ${name}`, (docker) =>
      docker.getContainer(old.id).remove({ v: get.flag("removeVolumes") ?? true, force: true }),
    ),
  );
  const gone = await until(async () => (await client.container(old.id)) === undefined, clock, step.signal);
  // Forgotten now, it would keep its name and its ports from every later run.
  if (!gone)
    throw dockerRefused({
      operation: `remove ${name}`,
      statusCode: undefined,
      message: "the container is still there 30 s after its removal began",
    });
}

async function tolerating(statuses: readonly number[], request: () => Promise<unknown>): Promise<void> {
  try {
    await request();
  } catch (thrown) {
    const status = statusCodeOf(thrown);
    if (status === undefined || !statuses.includes(status)) throw thrown;
  }
}
