import type Docker from "dockerode";
import { parseReference } from "../../formats/image-reference.ts";
import { type DockerClient, UNLIMITED } from "./client.ts";
import type { Clock } from "./clock.ts";
import { engineMessage, statusCodeOf } from "./docker-error.ts";
import { eachMessage } from "./image/build-output.ts";
import { isPassing, pullError, pullFailureOf } from "./pull-failure.ts";
import { createPullProgress } from "./pull-progress.ts";
import { EngineError } from "../../errors/define-error.ts";
import { credentialsUnreadable } from "./pull-errors.ts";
import type { FindRegistryAuth, RegistryAuth } from "./registry-auth.ts";

/** Milliseconds before the second, third, … try. */
const BACKOFF = [1000, 2000, 4000, 8000];

export interface PullOptions {
  readonly client: DockerClient;
  readonly clock: Clock;
  readonly auth: FindRegistryAuth;
  readonly signal: AbortSignal;
  /** Told how far it is, in short lines. */
  readonly report: (message: string) => void;
  /** e.g. "linux/amd64". @default the engine's own */
  readonly platform?: string;
}

/**
 * Pulls an image. What passes by itself is tried again with growing pauses: a rate limit, a registry that is unwell,
 * a connection that breaks; a missing image or login is not.
 * @throws NSK-IMAGE-NOT-FOUND, NSK-REGISTRY-UNREACHABLE, NSK-REGISTRY-LOGIN, NSK-REGISTRY-RATE-LIMIT,
 *   NSK-PULL-FAILED, NSK-CREDENTIALS-UNREADABLE, NSK-ENGINE-UNREACHABLE
 */
export async function pullImage(reference: string, options: PullOptions): Promise<void> {
  const { clock, signal, report } = options;
  const { login, problem } = await findLogin(options.auth, parseReference(reference).registry);
  for (let attempt = 0; ; attempt++) {
    const failure = await tryToPull(reference, login, options);
    if (failure === undefined) return;
    if (problem !== undefined && pullFailureOf(failure.message) === "login-needed") throw problem;
    const pause = BACKOFF[attempt];
    if (pause === undefined || !isPassing(pullFailureOf(failure.message)))
      throw pullError(reference, failure.message, failure.cause);
    report(`trying again in ${pause / 1000} s: ${failure.message}`);
    await clock.sleep(pause, signal);
  }
}

interface Failure {
  readonly message: string;
  readonly cause?: unknown;
}

/**
 * The login for a registry. Logins that cannot be read, e.g. because a credential helper is not installed, are no
 * obstacle as long as the registry asks for none: most images are for everybody.
 */
async function findLogin(
  auth: FindRegistryAuth,
  registry: string,
): Promise<{ readonly login?: RegistryAuth | undefined; readonly problem?: EngineError }> {
  try {
    return { login: await auth(registry) };
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== credentialsUnreadable.code) throw error;
    return { problem: error };
  }
}

async function tryToPull(
  reference: string,
  login: RegistryAuth | undefined,
  { client, signal, report, platform }: PullOptions,
): Promise<Failure | undefined> {
  signal.throwIfAborted();
  const { repository, tag = "latest", digest } = parseReference(reference);
  const progress = createPullProgress();
  report("pulling");
  try {
    const work = async (docker: Docker): Promise<void> => {
      // The login as an argument of its own: among the options it would become part of the URL.
      const stream = await docker.createImage(login, {
        fromImage: repository,
        tag: digest ?? tag,
        ...(platform === undefined ? {} : { platform }),
        abortSignal: signal,
      });
      await eachMessage(stream, (message) => {
        const line = progress.accept(message);
        if (line !== undefined) report(line);
      });
    };
    await client.call(`pull ${reference}`, work, UNLIMITED);
  } catch (thrown) {
    signal.throwIfAborted();
    // Without a status it was not the engine that answered: it is not there.
    if (statusCodeOf(thrown) === undefined) throw thrown;
    return { message: engineMessage(thrown), cause: thrown };
  }
  const message = progress.error();
  return message === undefined ? undefined : { message };
}
