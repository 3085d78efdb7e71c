import * as pulumi from "@pulumi/pulumi";

import type { PlannedLayer } from "../../platform/blueprint/blueprint.ts";
import type { ContainerTransform } from "./container.ts";
import { Job } from "./job.ts";
import { Service } from "./service.ts";
import { lookup, type Wiring } from "./wiring.ts";

/** What a layer needs from those before it. */
export interface LayerArgs {
  /** Its services and jobs, in start order. */
  readonly plan: PlannedLayer;
  readonly wiring: Wiring;
  /** Docker API version to plan for.
   *  @example "1.41" */
  readonly dockerApi: string;
  /** What the layers before it made ready, by service name. */
  readonly earlier: ReadonlyMap<string, pulumi.Input<pulumi.Resource>>;
  /** Escape hatch for the containers of this layer.
   *  @default none */
  readonly transform?: ContainerTransform;
}

/** A tier of the platform: its services start after those of the tiers before it that they depend on. */
export class Layer extends pulumi.ComponentResource {
  /** What to depend on, by service name: this layer's and the earlier ones'. */
  readonly ready: ReadonlyMap<string, pulumi.Input<pulumi.Resource>>;

  constructor(name: string, args: LayerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("nasiko:platform:Layer", name, {}, opts);
    const ready = new Map(args.earlier);
    for (const plan of args.plan.services) {
      const member = { ...args, plan, after: Object.keys(plan.dependsOn).map(lookup("service", ready)) };
      const Member = plan.kind === "job" ? Job : Service;
      ready.set(plan.name, new Member(plan.name, member, { parent: this }).ready);
    }
    this.ready = ready;
    this.registerOutputs({});
  }
}
