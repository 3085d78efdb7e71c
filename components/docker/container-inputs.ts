import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import type { ContainerPlan } from "../../platform/blueprint/container-plan.ts";
import { SOCKET_PATH } from "../../platform/blueprint/container-policy.ts";
import { deriveSecret } from "../../platform/blueprint/derive-secret.ts";
import { type EnvValue, foldEnvValue } from "../../platform/services/env-value.ts";
import type { FileSpec } from "../../platform/services/service-spec.ts";
import { fixedInputs } from "./fixed-inputs.ts";
import type { Wiring } from "./wiring.ts";

/**
 * A planned container in the words of `docker.Container`. From data to data: every rule of how we run containers
 * stands here or in `fixedInputs`. Fields that the engine would fill in by itself are given, so that no two machines
 * differ.
 */
export function containerInputs(
  plan: ContainerPlan,
  wiring: Wiring,
  dockerApi: string,
): docker.ContainerArgs {
  return {
    ...fixedInputs(plan, dockerApi),
    image: wiring.image(plan.image),
    ...envInputs(plan, wiring),
    networksAdvanced: plan.networks.map(({ role, aliases }) => ({
      name: wiring.network(role),
      ...(aliases.length === 0 ? {} : { aliases: [...aliases] }),
    })),
    ...mountInputs(plan, wiring),
    ...(plan.files.length === 0 ? {} : { uploads: plan.files.map((file) => uploadInput(file, wiring)) }),
  };
}

/** What is empty is left out, as in all that the provider reads back. */
function envInputs({ env }: ContainerPlan, wiring: Wiring): Partial<docker.ContainerArgs> {
  const envs = Object.entries(env)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => pulumi.interpolate`${name}=${resolve(value, wiring)}`);
  return envs.length === 0 ? {} : { envs };
}

function mountInputs(plan: ContainerPlan, wiring: Wiring): Partial<docker.ContainerArgs> {
  const volumes = [
    ...plan.volumes.map(({ volume, path, readOnly }) => ({
      volumeName: wiring.volume(volume),
      containerPath: path,
      ...(readOnly === undefined ? {} : { readOnly }),
    })),
    ...(plan.dockerSocket === undefined
      ? []
      : [{ hostPath: plan.dockerSocket, containerPath: SOCKET_PATH, readOnly: true }]),
  ];
  return volumes.length === 0 ? {} : { volumes };
}

function uploadInput(file: FileSpec, wiring: Wiring): docker.types.input.ContainerUpload {
  return {
    file: file.path,
    content: resolve(file.content, wiring),
    permissions: file.mode ?? "0444",
    ...(file.owner === undefined ? {} : { owner: String(file.owner), group: String(file.owner) }),
  };
}

/** A value with its secrets filled in. */
export const resolve = (value: EnvValue, wiring: Pick<Wiring, "secret">): pulumi.Input<string> =>
  foldEnvValue<pulumi.Input<string>>(value, {
    text: (text) => text,
    secret: ({ secret, chosen }) => (chosen === undefined ? wiring.secret(secret) : pulumi.secret(chosen)),
    sensitive: ({ value: text }) => pulumi.secret(text),
    derived: (from, { message }) => pulumi.output(from).apply((key) => deriveSecret(key, message)),
    certificate: (from, { names, part }) =>
      // Loaded only for a gateway with TLS: the libraries of X.509 take a tenth of a second.
      pulumi.output(from).apply(async (seed) => {
        const { selfSigned } = await import("../../platform/tls/self-signed.ts");
        return selfSigned(seed, names, new Date())[part];
      }),
    htpasswd: (from, { user }) =>
      pulumi.output(from).apply(async (password) => {
        const { htpasswdLine } = await import("../../platform/blueprint/htpasswd-line.ts");
        return htpasswdLine(user, password);
      }),
    template: (parts) => pulumi.concat(...parts),
  });
