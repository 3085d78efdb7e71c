import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";

import type { ContainerPlan } from "../../platform/blueprint/container-plan.ts";
import { containerInputs } from "./container-inputs.ts";
import type { Wiring } from "./wiring.ts";

/** Escape hatch: the last word on a container before it is declared.
 *  @example (args) => ({ ...args, memory: 1024 }) */
export type ContainerTransform = (
  args: docker.ContainerArgs,
  opts: pulumi.CustomResourceOptions,
) => docker.ContainerArgs;

export interface ContainerRequest {
  readonly plan: ContainerPlan;
  readonly wiring: Wiring;
  /** Docker API version to plan for, e.g. "1.41". */
  readonly dockerApi: string;
  readonly parent: pulumi.Resource;
  readonly dependsOn: readonly pulumi.Input<pulumi.Resource>[];
  readonly transform?: ContainerTransform;
}

/** Time that creating and starting a container may take on top of becoming ready. */
const CREATE_MARGIN_SECONDS = 60;

/** Declares a planned container. */
export function declareContainer(request: ContainerRequest): docker.Container {
  const { plan, wiring, dockerApi, parent, dependsOn, transform } = request;
  const opts: pulumi.CustomResourceOptions = {
    parent,
    dependsOn: [...dependsOn],
    // The name is fixed, so the old container has to make room for the new one.
    deleteBeforeReplace: true,
    // A container that did not become ready is recreated by the next `up` (design: truth with the official
    // provider, too); the others are fields that the provider would write to the state only.
    replaceOnChanges: ["#initerror", "healthcheck", "init", "tmpfs"],
    ...(plan.ready.when === "started"
      ? {}
      : { customTimeouts: { create: `${plan.ready.withinSeconds + CREATE_MARGIN_SECONDS}s` } }),
  };
  const args = containerInputs(plan, wiring, dockerApi);
  return new docker.Container(
    plan.resourceName,
    transform === undefined ? args : transform(args, opts),
    opts,
  );
}
