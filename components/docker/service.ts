import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import type { PlannedService } from "../../platform/blueprint/blueprint.ts";
import { type ContainerTransform, declareContainer } from "./container.ts";
import type { Wiring } from "./wiring.ts";

/** What one container needs to be a member of the platform. */
export interface ServiceArgs {
  /** What to run: plain data from the blueprint. */
  readonly plan: PlannedService;
  /** What it shares with the others. */
  readonly wiring: Wiring;
  /** Docker API version to plan for.
   *  @example "1.41" */
  readonly dockerApi: string;
  /** What has to be ready before it starts. */
  readonly after: readonly pulumi.Input<pulumi.Resource>[];
  /** Escape hatch: the last word on the container before it is declared.
   *  @default none */
  readonly transform?: ContainerTransform;
}

/** A container that runs until it is told to stop; it exists once it is healthy. */
export class Service extends pulumi.ComponentResource {
  readonly container: docker.Container;
  /** To depend on: the container, which is created only when it is healthy. */
  readonly ready: pulumi.Input<pulumi.Resource>;

  constructor(name: string, args: ServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("nasiko:platform:Service", name, {}, opts);
    this.container = declareContainer({
      plan: args.plan.container,
      wiring: args.wiring,
      dockerApi: args.dockerApi,
      parent: this,
      dependsOn: args.after,
      ...(args.transform === undefined ? {} : { transform: args.transform }),
    });
    this.ready = this.container;
    this.registerOutputs({ id: this.container.id });
  }
}
