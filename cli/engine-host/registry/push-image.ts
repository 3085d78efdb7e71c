import type Docker from "dockerode";
import { type DockerClient, UNLIMITED } from "../../../engine/providers/docker/client.ts";
import { engineMessage, statusCodeOf } from "../../../engine/providers/docker/docker-error.ts";
import { eachMessage } from "../../../engine/providers/docker/image/build-output.ts";
import { pullFailureOf } from "../../../engine/providers/docker/pull-failure.ts";
import type { FindRegistryAuth } from "../../../engine/providers/docker/registry-auth.ts";
import { parseReference } from "../../../engine/formats/image-reference.ts";
import { publishLoginNeeded, publishRefused, registrySilent } from "./errors.ts";

export interface PushOptions {
  readonly docker: DockerClient;
  readonly auth: FindRegistryAuth;
  readonly signal: AbortSignal;
}

/**
 * Pushes an image that has this name on the engine.
 * @throws NSK-PUBLISH-UNREACHABLE, NSK-PUBLISH-LOGIN, NSK-PUBLISH-REFUSED
 */
export async function pushImage(reference: string, { docker, auth, signal }: PushOptions): Promise<void> {
  const { registry } = parseReference(reference);
  const login = await auth(registry);
  let failure: string | undefined;
  try {
    const work = async (engine: Docker): Promise<void> => {
      // The engine wants a login for every push, be it an empty one.
      const authconfig = login ?? { username: "" };
      const stream = await engine.getImage(reference).push({ authconfig, abortSignal: signal });
      await eachMessage(stream, (message) => {
        const error: unknown = Reflect.get(Object(message), "error");
        if (typeof error === "string") failure = error;
      });
    };
    await docker.call(`push ${reference}`, work, UNLIMITED);
  } catch (thrown) {
    signal.throwIfAborted();
    if (statusCodeOf(thrown) === undefined) throw thrown;
    failure = engineMessage(thrown);
  }
  if (failure === undefined) return;
  const reason = `The engine says: ${failure}`;
  switch (pullFailureOf(failure)) {
    case "login-needed":
      throw publishLoginNeeded({ registry, reason });
    case "unreachable":
    case "unwell":
      throw registrySilent({ registry, reason });
    case "not-found":
    case "rate-limited":
    case "other":
      throw publishRefused({ reference, registry, reason });
  }
}
