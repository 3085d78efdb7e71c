import PQueue from "p-queue";

import type { DockerClient } from "../../../engine/providers/docker/client.ts";
import { systemClock, type Clock } from "../../../engine/providers/docker/clock.ts";
import { pullImage } from "../../../engine/providers/docker/pull-image.ts";
import type { FindRegistryAuth } from "../../../engine/providers/docker/registry-auth.ts";
import { problemsOf } from "../../lib/engine-errors.ts";
import { type NasikoError, throwProblems } from "../../../platform/errors/define-error.ts";
import { parseReference } from "../../../engine/formats/image-reference.ts";

/** Pulls at once; more only share the same line. */
const PARALLEL = 4;

export interface PullRequest {
  readonly docker: DockerClient;
  readonly references: readonly string[];
  readonly auth: FindRegistryAuth;
  /** Told how far an image is, in short lines. */
  readonly report: (reference: string, message: string) => void;
  readonly signal: AbortSignal;
  /** @default the system's */
  readonly clock?: Clock;
}

/**
 * Pulls the images that are not on the engine yet, a few at a time. All are tried, so that all problems are told at
 * once; what a registry says about itself is told once.
 * @returns references of what was pulled
 * @throws NasikoError or NasikoErrors as `pullImage` does
 */
export async function pullImages({
  docker,
  references,
  auth,
  report,
  signal,
  clock = systemClock,
}: PullRequest): Promise<readonly string[]> {
  const present = await Promise.all(references.map((reference) => docker.image(reference)));
  const missing = references.filter((_, index) => present[index] === undefined);
  const pulls = new PQueue({ concurrency: PARALLEL });
  const problems = new Map<string, NasikoError>();
  const pull = async (reference: string): Promise<void> => {
    const reportPull = (message: string): void => report(reference, message);
    try {
      await pullImage(reference, { client: docker, clock, auth, signal, report: reportPull });
    } catch (error) {
      const [problem] = problemsOf(error);
      if (problem === undefined) throw error;
      const about = problem.code === "NSK-IMAGE-NOT-FOUND" ? reference : parseReference(reference).registry;
      problems.set(`${problem.code} ${about}`, problem);
    }
  };
  await Promise.all(missing.map((reference) => pulls.add(() => pull(reference))));
  throwProblems([...problems.values()]);
  return missing;
}
