import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import type { ContainerPlan } from "../../platform/blueprint/container-plan.ts";
import { SOCKET_PATH } from "../../platform/blueprint/container-policy.ts";
import { deriveSecret } from "../../platform/blueprint/derive-secret.ts";
import { encodeBase64url } from "../../platform/blueprint/encode-base64url.ts";
import type { EnvValue, FileSpec } from "../../platform/services/service-spec.ts";
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
    envs: Object.entries(plan.env)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => pulumi.interpolate`${name}=${resolve(value, wiring)}`),
    networksAdvanced: plan.networks.map(({ role, aliases }) => ({
      name: wiring.network(role),
      aliases: [...aliases],
    })),
    ...mountInputs(plan, wiring),
    ...(plan.files.length === 0 ? {} : { uploads: plan.files.map((file) => uploadInput(file, wiring)) }),
  };
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
export function resolve(value: EnvValue, wiring: Pick<Wiring, "secret">): pulumi.Input<string> {
  if (typeof value === "string") return value;
  if ("certificateFrom" in value) {
    const { certificateFrom, names, part } = value;
    // Loaded only for a gateway with TLS: the libraries of X.509 take a tenth of a second.
    return pulumi.output(resolve(certificateFrom, wiring)).apply(async (seed) => {
      const { selfSigned } = await import("../../platform/tls/self-signed.ts");
      return selfSigned(seed, names)[part];
    });
  }
  if ("secret" in value)
    return value.chosen === undefined ? wiring.secret(value.secret) : pulumi.secret(value.chosen);
  if ("base64url" in value) return pulumi.output(resolve(value.base64url, wiring)).apply(encodeBase64url);
  if ("derivedFrom" in value)
    return pulumi
      .output(resolve(value.derivedFrom, wiring))
      .apply((from) => deriveSecret(from, value.message));
  if ("sensitive" in value) return pulumi.secret(value.sensitive);
  return pulumi.concat(...value.parts.map((part) => resolve(part, wiring)));
}
