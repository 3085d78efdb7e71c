import type { RecordedResource, StepContext } from "../../core/provider.ts";
import { reader } from "../schema/reader.ts";
import { removeByForce, stopContainer } from "./container-actions.ts";
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
  const container = { id: old.id, name };
  // A job is at its end, or has to stop now.
  if (get.flag("attach") !== true)
    await stopContainer(client, container, {
      graceSeconds: get.number("destroyGraceSeconds") ?? 0,
      signal: step.signal,
    });
  await removeByForce(client, container, { volumes: get.flag("removeVolumes") ?? true });
  const gone = await until(async () => (await client.container(old.id)) === undefined, clock, step.signal);
  // Forgotten now, it would keep its name and its ports from every later run.
  if (!gone)
    throw dockerRefused({
      operation: `remove ${name}`,
      statusCode: undefined,
      message: "the container is still there 30 s after its removal began",
    });
}
