import { z } from "zod";

import { dial } from "../../../engine/providers/docker/dial.ts";
import type { DockerClient } from "../../../engine/providers/docker/client.ts";
import { engineMessage, statusCodeOf } from "../../../engine/providers/docker/docker-error.ts";
import { pullError, pullFailureOf } from "../../../engine/providers/docker/pull-failure.ts";
import type { FindRegistryAuth } from "../../../engine/providers/docker/registry-auth.ts";
import { parseReference } from "../../../engine/formats/image-reference.ts";

const Distribution = z.object({ Descriptor: z.object({ digest: z.string() }) });

/**
 * Whether a registry answers the engine at all, whatever the answer is. The engine is asked, not this process: its
 * mirrors and proxies are what pulls go through.
 * @param reference an image that the registry has, e.g. "redis:7.4.11-alpine"
 * @param patience milliseconds after which no answer is a no
 * @throws NSK-ENGINE-UNREACHABLE
 */
export async function registryAnswers(
  docker: DockerClient,
  reference: string,
  patience: number,
): Promise<boolean> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), patience);
  try {
    await ask(docker, reference, undefined, late.signal);
    return true;
  } catch (thrown) {
    if (late.signal.aborted) return false;
    if (statusCodeOf(thrown) === undefined) throw thrown;
    const failure = pullFailureOf(engineMessage(thrown));
    return failure !== "unreachable" && failure !== "other";
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The digest behind a tag, as a registry knows it now.
 * @throws as pulling the image would
 */
export async function digestOf(
  docker: DockerClient,
  reference: string,
  auth: FindRegistryAuth,
): Promise<string> {
  const login = await auth(parseReference(reference).registry);
  try {
    const answer = await ask(docker, reference, login, undefined);
    return Distribution.parse(answer).Descriptor.digest;
  } catch (thrown) {
    if (statusCodeOf(thrown) === undefined) throw thrown;
    throw pullError(reference, engineMessage(thrown), thrown);
  }
}

/** The library's own method cannot be aborted, and a request that nobody waits for keeps the process alive. */
async function ask(
  docker: DockerClient,
  reference: string,
  authconfig: object | undefined,
  abortSignal: AbortSignal | undefined,
): Promise<unknown> {
  const request = {
    path: `/distribution/${reference}/json`,
    method: "GET",
    statusCodes: { 200: true },
    authconfig,
    abortSignal,
  };
  return docker.call(`ask a registry for ${reference}`, (library) => dial<unknown>(library, request));
}
