import type { DockerClient } from "../../../engine/providers/docker/client.ts";
import type { FindRegistryAuth } from "../../../engine/providers/docker/registry-auth.ts";
import { problemsOf } from "../../lib/engine-errors.ts";
import { type NasikoError, throwProblems } from "../../../platform/errors/define-error.ts";
import type { ImagesLock, LockedImage } from "../../../platform/images/images-lock.ts";
import { digestOf } from "../../engine-host/images/ask-registry.ts";

export interface LockRequest {
  readonly docker: DockerClient;
  readonly auth: FindRegistryAuth;
  /** Which images to look up; their digests, if any, are those of the lock file so far. */
  readonly images: ImagesLock;
  /** Asked instead of the registry that a name belongs to, e.g. "127.0.0.1:5000". @default none */
  readonly mirror?: string;
  /** Keeps what is known of an image that no registry tells, instead of failing. @default false */
  readonly unverified?: boolean;
}

/**
 * Looks up the digest of each image, one after the other: a registry counts requests, and this is done rarely.
 * @throws everything that went wrong at once, unless `unverified`
 */
export async function lockImages({
  docker,
  auth,
  images,
  mirror,
  unverified = false,
}: LockRequest): Promise<ImagesLock> {
  const locked: LockedImage[] = [];
  const problems: NasikoError[] = [];
  for (const { name, tag, digest } of images) {
    const reference = `${mirror === undefined ? "" : `${mirror}/`}${name}:${tag}`;
    try {
      locked.push({ name, tag, digest: await digestOf(docker, reference, auth) });
    } catch (error) {
      const ofRegistry = problemsOf(error).filter(({ code }) => code.startsWith("NSK-REGISTRY-"));
      if (ofRegistry.length === 0) throw error;
      if (!unverified) problems.push(...ofRegistry);
      locked.push({ name, tag, digest });
    }
  }
  throwProblems(problems);
  return locked;
}
