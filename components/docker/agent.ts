import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import type { PlannedAgent } from "../../platform/blueprint/agents.ts";
import { REGISTRY_TOKEN } from "../../platform/services/platform-settings.ts";
import { untilServed } from "./agent-gate.ts";
import { type ContainerTransform, declareContainer } from "./container.ts";
import { declareImage } from "./image.ts";
import type { Wiring } from "./wiring.ts";

/** What an agent needs to be served by the gateway. */
export interface AgentArgs {
  /** What to build and run: plain data from the blueprint. */
  readonly plan: PlannedAgent;
  readonly wiring: Wiring;
  /** Docker API version to plan for.
   *  @example "1.41" */
  readonly dockerApi: string;
  /** Platform of the image.
   *  @example "linux/amd64" */
  readonly platform: string;
  /** The service registry's answer about this agent.
   *  @example "http://127.0.0.1:8080/agents/translator" */
  readonly statusUrl: string;
  /** What has to be ready before: the service registry, or it could not be asked, and what the agent itself needs. */
  readonly after: pulumi.Input<pulumi.Resource>[];
  /** Escape hatch: the last word on the container before it is declared.
   *  @default none */
  readonly transform?: ContainerTransform;
}

/**
 * An agent, rolled without downtime unless it is to be recreated: a new version is a new container beside the old
 * one, which Pulumi deletes at the very end, only when everything before went well.
 */
export class Agent extends pulumi.ComponentResource {
  readonly container: docker.Container;
  /** Address at the gateway; resolves when this very version is served there. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: AgentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("nasiko:platform:Agent", name, {}, opts);
    const { plan } = args;
    const image = declareImage(plan.container.resourceName, plan.image, args.platform, { parent: this });
    this.container = declareContainer({
      plan: plan.container,
      wiring: { ...args.wiring, image: () => image },
      dockerApi: args.dockerApi,
      parent: this,
      dependsOn: args.after,
      ...(args.transform === undefined ? {} : { transform: args.transform }),
    });
    const token = args.wiring.secret(REGISTRY_TOKEN.secret);
    // The token is a secret; the address that resolves when it was asked with it is not.
    this.url = pulumi.unsecret(
      pulumi.all([this.container.id, token]).apply(([, known]) => servedUrl(plan, args.statusUrl, known)),
    );
    this.registerOutputs({ url: this.url });
  }
}

/** Asked on every `up`: a gate that a failed run could forget would turn green by itself. */
async function servedUrl(plan: PlannedAgent, statusUrl: string, token: string): Promise<string> {
  if (!pulumi.runtime.isDryRun()) {
    await untilServed({
      agent: plan.routeName,
      hash: plan.hash,
      container: plan.container.name,
      statusUrl,
      token,
      withinSeconds: plan.servedWithin,
      ...(plan.rollout === "recreate" ? { cardUrl: `${plan.url}.well-known/agent-card.json` } : {}),
    });
  }
  return plan.url;
}
