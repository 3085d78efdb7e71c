import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { type Blueprint, statusUrlOfAgent } from "../../platform/blueprint/blueprint.ts";
import type { Labels } from "../../platform/blueprint/labels.ts";
import { REGISTRY_SERVICE } from "../../platform/services/names.ts";
import { Agent } from "./agent.ts";
import type { ContainerTransform } from "./container.ts";
import { resolve } from "./container-inputs.ts";
import { declareImage } from "./image.ts";
import { Layer } from "./layer.ts";
import { lookup, type Wiring } from "./wiring.ts";

/** The platform of one stack. */
export interface PlatformArgs {
  /** What there shall be: validated data, see `buildBlueprint`. */
  readonly blueprint: Blueprint;
  /** Escape hatches, as plain functions.
   *  @example { container: (args) => ({ ...args, memory: 1024 }) }
   *  @default none */
  readonly transform?: { readonly container?: ContainerTransform };
}

/** An access key, "NASK_…", and its secret. */
export interface SuperuserCredentials {
  readonly accessKey: string;
  readonly accessSecret: string;
}

/** The whole Nasiko platform. */
export class Platform extends pulumi.ComponentResource {
  /** Addresses for people, by label; an agent's resolves when the gateway serves it. */
  readonly urls: pulumi.Output<Record<string, string>>;

  /** What the first user of mode `enterprise` logs in with, secret; undefined in mode `simple`. */
  readonly superuser: pulumi.Output<SuperuserCredentials> | undefined;

  constructor(name: string, args: PlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    super("nasiko:platform:Platform", name, {}, opts);
    const { blueprint } = args;
    const secret = this.#declareSecrets(blueprint);
    const volume = this.#declareVolumes(blueprint);
    this.superuser = collectSuperuser(blueprint, secret);
    if (blueprint.settings.running) {
      const network = this.#declareNetworks(blueprint);
      const image = this.#declareImages(blueprint);
      const wiring = { secret, volume, network, image };
      const ready = this.#declareLayers(args, wiring);
      const agents = this.#declareAgents(args, wiring, ready);
      this.urls = collectUrls(blueprint, agents);
    } else {
      this.urls = pulumi.output<Record<string, string>>({});
    }
    this.registerOutputs({ urls: this.urls });
  }

  #declareSecrets({ secrets, settings }: Blueprint): Wiring["secret"] {
    const args = { length: 32, special: false };
    const opts = { parent: this, protect: settings.protectData };
    const made = secrets.map((purpose) => {
      // Letters and digits only: they stand in URLs and configuration files without escaping.
      const password = new random.RandomPassword(purpose, args, opts);
      return [purpose, password.result] as const;
    });
    return lookup("secret", made);
  }

  #declareVolumes({ volumes, settings }: Blueprint): Wiring["volume"] {
    const opts = { parent: this, protect: settings.protectData };
    const made = volumes.map((plan) => {
      const args = { name: plan.name, labels: labelInputs(plan.labels) };
      return [plan.volume, new docker.Volume(plan.volume, args, opts).name] as const;
    });
    return lookup("volume", made);
  }

  #declareNetworks({ networks }: Blueprint): Wiring["network"] {
    const made = networks.map((plan) => {
      const args = { name: plan.name, driver: "bridge", labels: labelInputs(plan.labels) };
      // The name is fixed, so the old network has to make room for the new one.
      const opts = { parent: this, deleteBeforeReplace: true };
      return [plan.role, new docker.Network(plan.role, args, opts).name] as const;
    });
    return lookup("network", made);
  }

  #declareImages({ images, settings }: Blueprint): Wiring["image"] {
    const made = images.map((plan) => {
      return [plan.reference, declareImage(plan.name, plan, settings.platform, { parent: this })] as const;
    });
    return lookup("image", made);
  }

  #declareLayers({ blueprint, transform }: PlatformArgs, wiring: Wiring): Layer["ready"] {
    let ready: Layer["ready"] = new Map();
    for (const plan of blueprint.layers) {
      const args = {
        plan,
        wiring,
        dockerApi: blueprint.settings.dockerApi,
        earlier: ready,
        ...escape(transform),
      };
      ready = new Layer(plan.name, args, { parent: this }).ready;
    }
    return ready;
  }

  #declareAgents(
    { blueprint, transform }: PlatformArgs,
    wiring: Wiring,
    ready: Layer["ready"],
  ): readonly Agent[] {
    const { dockerApi, platform } = blueprint.settings;
    return blueprint.agents.map((plan) => {
      const after = [REGISTRY_SERVICE, ...plan.after].map(lookup("service", ready));
      const statusUrl = statusUrlOfAgent(blueprint, plan.name);
      const args = { plan, wiring, dockerApi, platform, statusUrl, after, ...escape(transform) };
      return new Agent(plan.name, args, { parent: this });
    });
  }
}

/** Generated with the stack, so they are the same after every `up`, whether the user was there before or not. */
function collectSuperuser(
  { superuser }: Blueprint,
  secret: Wiring["secret"],
): pulumi.Output<SuperuserCredentials> | undefined {
  if (superuser === undefined) return undefined;
  const { accessKey, accessSecret } = superuser;
  return pulumi.secret({
    accessKey: resolve(accessKey, { secret }),
    accessSecret: resolve(accessSecret, { secret }),
  });
}

function collectUrls(blueprint: Blueprint, agents: readonly Agent[]): pulumi.Output<Record<string, string>> {
  const known = Object.fromEntries(blueprint.urls.map(({ label, url }) => [label, url]));
  return pulumi.all(agents.map((agent) => agent.url)).apply(() => known);
}

const escape = (transform: PlatformArgs["transform"]): { readonly transform?: ContainerTransform } =>
  transform?.container === undefined ? {} : { transform: transform.container };

const labelInputs = (labels: Labels): { readonly label: string; readonly value: string }[] =>
  Object.entries(labels).map(([label, value]) => ({ label, value }));
