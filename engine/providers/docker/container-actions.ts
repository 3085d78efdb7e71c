import { type DockerClient, SILENCE, UNLIMITED } from "./client.ts";
import { statusCodeOf } from "./docker-error.ts";

/** A container to act on. */
export interface ContainerRef {
  readonly id: string;
  /** For messages. */
  readonly name: string;
}

type Client = Pick<DockerClient, "call" | "container">;

/** Starts a container; one that runs already is left alone. @throws NSK-DOCKER-REFUSED when it cannot start */
export async function startContainer(client: Client, { id, name }: ContainerRef): Promise<void> {
  await tolerating([304], () => client.call(`start ${name}`, (docker) => docker.getContainer(id).start()));
}

/** Seconds; no container of ours has more of its own. */
const LONGEST_GRACE = 600;

export interface StopOptions {
  /** Seconds until it is killed. @default the container's own */
  readonly graceSeconds?: number;
  readonly signal?: AbortSignal;
}

/**
 * Stops a container. One that does not run, never ran, is being removed or is gone is what was asked for: whoever
 * cleans up after a failure must not hide that failure behind another one.
 */
export async function stopContainer(
  client: Client,
  { id, name }: ContainerRef,
  { graceSeconds, signal }: StopOptions = {},
): Promise<void> {
  const options = {
    ...(graceSeconds === undefined ? {} : { t: graceSeconds }),
    ...(signal === undefined ? {} : { abortSignal: signal }),
  };
  const silence = (graceSeconds ?? LONGEST_GRACE) * 1000 + SILENCE;
  try {
    await client.call(`stop ${name}`, (docker) => docker.getContainer(id).stop(options), silence);
  } catch (thrown) {
    const status = statusCodeOf(thrown);
    if (status === 304 || status === 404) return;
    // In conflict with what else happens to it: only whether it runs afterwards counts.
    if (status === 409 && (await client.container(id))?.State.Running !== true) return;
    throw thrown;
  }
}

/**
 * Begins to remove a container, whatever it does; it is gone a moment later. One that is gone, or that somebody removes
 * already, is what was asked for.
 */
export async function removeByForce(
  client: Client,
  { id, name }: ContainerRef,
  { volumes = true }: { /** Anonymous ones. @default true */ readonly volumes?: boolean } = {},
): Promise<void> {
  await tolerating([404, 409], () =>
    client.call(`remove ${name}`, (docker) => docker.getContainer(id).remove({ v: volumes, force: true })),
  );
}

/**
 * Waits until a container does not run.
 * @returns false when it is gone, so that nobody knows how it ended
 */
export async function waitForEnd(
  client: Client,
  { id, name }: ContainerRef,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await client.call(
      `wait for ${name}`,
      (docker) => docker.getContainer(id).wait({ condition: "not-running", abortSignal: signal }),
      UNLIMITED,
    );
    return true;
  } catch (thrown) {
    if (statusCodeOf(thrown) === 404) return false;
    throw thrown;
  }
}

/** Does something that is as good as done when the engine answers with one of these. */
export async function tolerating(
  statuses: readonly number[],
  request: () => Promise<unknown>,
): Promise<void> {
  try {
    await request();
  } catch (thrown) {
    const status = statusCodeOf(thrown);
    if (status === undefined || !statuses.includes(status)) throw thrown;
  }
}
