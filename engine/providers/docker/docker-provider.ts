import PQueue from "p-queue";

import type { Provider, ResourceRef } from "../../core/provider.ts";
import { createDockerClient, type DockerClient, type DockerConnection } from "./client.ts";
import { clientProxies } from "./client-proxies.ts";
import { systemClock, type Clock } from "./clock.ts";
import { containerKind } from "./container.ts";
import { imageKind } from "./image/image.ts";
import { networkKind } from "./network.ts";
import { observe } from "./observe.ts";
import type { OwnershipLabels } from "./ownership.ts";
import { registryAuthFrom } from "./registry-auth.ts";
import { remoteImageKind } from "./remote-image.ts";
import type { BuildPlan, DockerContext, ResourceKind } from "./resource-kind.ts";
import { volumeKind } from "./volume.ts";

/** At most so many health probes at once over all containers: each costs about 90 ms of CPU. */
const PROBES = 4;
/** At most so many image builds at once: two keep two cores busy, a third while others wait for the network. */
const BUILDS = 3;
/** At most so many image pulls at once; each has several connections of its own. */
const PULLS = 4;

export interface DockerProviderOptions extends DockerConnection {
  /** Absolute folder of the program; build contexts and Dockerfiles are relative to it. */
  readonly root: string;
  /** Docker's config folder, where `docker login` keeps logins. @default none: pulls are anonymous */
  readonly dockerConfig?: string | undefined;
  /** @default none: see {@link OwnershipLabels} */
  readonly ownership?: OwnershipLabels;
  /** @default nothing is known of builds */
  readonly plan?: BuildPlan;
  /**
   * File that records what is made here. Docker keeps its name with each container, as it keeps that of `--cidfile`;
   * nothing compares it, so that containers of other engines, and of a file that moved, stay as they are.
   * @default containers do not say who made them
   */
  readonly recordedIn?: string;
  /** @default a client of its own for the same connection */
  readonly client?: DockerClient;
  /** @default the system's */
  readonly clock?: Clock;
}

/**
 * The `docker` package, as far as this program uses it, with the types, fields, defaults and outputs of
 * @pulumi/docker 5.2.0, so that either engine goes on with the other's state.
 */
export function createDockerProvider(options: DockerProviderOptions): Provider {
  const client = options.client ?? createDockerClient(options);
  const context: DockerContext = {
    client,
    clock: options.clock ?? systemClock,
    ownership: options.ownership ?? {},
    probes: new PQueue({ concurrency: PROBES }),
    builds: new PQueue({ concurrency: BUILDS }),
    plan: options.plan ?? {},
    pulls: new PQueue({ concurrency: PULLS }),
    auth: registryAuthFrom(options.dockerConfig),
    proxies: () => clientProxies(options.dockerConfig, options.host),
    root: options.root,
    ...(options.recordedIn !== undefined && { recordedIn: options.recordedIn }),
  };
  const kinds = [
    containerKind(context),
    imageKind(context),
    remoteImageKind(context),
    networkKind(context),
    volumeKind(context),
  ];
  const kindOf = ({ type }: ResourceRef): ResourceKind => {
    const kind = kinds.find((candidate) => candidate.type === type);
    if (kind === undefined) throw new Error(`the docker provider was asked for ${type}`);
    return kind;
  };
  return {
    package: "docker",
    version: "5.2.0",
    types: kinds.map(({ type }) => type),
    check: async (resource, olds, news) => kindOf(resource).check(resource.name, olds, news),
    diff: (resource, old, news) => Promise.resolve(kindOf(resource).diff(old, news)),
    create: async (resource, news, step) => kindOf(resource).create(news, step),
    update: async (resource, old, news, step) => kindOf(resource).update(old, news, step),
    assertRemovable: async (resource, old) => kindOf(resource).assertRemovable?.(old),
    delete: async (resource, old, step) => kindOf(resource).delete(old, step),
    recover: async (resource, inputs) => kindOf(resource).recover?.(inputs),
    observe: (recorded) => observe(context, recorded),
    // Connections are those of Node's global agent, which keeps no process alive.
    close: () => Promise.resolve(),
  };
}
