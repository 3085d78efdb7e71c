import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { declareContainer } from "./container.ts";
import { jobFailed, type JobFailure } from "../errors.ts";
import type { ServiceArgs } from "./service.ts";

/** A container that runs once, to its end. */
export class Job extends pulumi.ComponentResource {
  readonly container: docker.Container;
  /** To depend on: resolves when the job ended well. Checked on every `up`, because the provider ignores exit codes. */
  readonly ready: pulumi.Output<pulumi.Resource>;

  constructor(name: string, args: ServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("nasiko:platform:Job", name, {}, opts);
    const container = declareContainer({
      plan: args.plan.container,
      wiring: args.wiring,
      dockerApi: args.dockerApi,
      parent: this,
      dependsOn: args.after,
      ...(args.transform === undefined ? {} : { transform: args.transform }),
    });
    this.container = container;
    this.ready = container.exitCode.apply((exitCode) => {
      requireSuccess({ job: name, container: args.plan.container.name, exitCode });
      return container;
    });
    this.registerOutputs({ exitCode: container.exitCode });
  }
}

/** @throws NSK-JOB-FAILED unless the exit code is 0 */
export function requireSuccess(end: JobFailure): void {
  if (end.exitCode !== 0) throw jobFailed(end);
}
