import type PQueue from "p-queue";

import type {
  CheckResult,
  CreateResult,
  DiffResult,
  RecordedResource,
  Recovered,
  StepContext,
  UpdateResult,
} from "../../core/provider.ts";
import type { PropertyMap } from "../../core/values.ts";
import { changes, type Change } from "../schema/changes.ts";
import type { Fields } from "../schema/fields.ts";
import type { DockerClient } from "./client.ts";
import type { ProxyArguments } from "./client-proxies.ts";
import type { Clock } from "./clock.ts";
import type { OwnershipLabels } from "./ownership.ts";
import type { FindRegistryAuth } from "./registry-auth.ts";

/** What the resources of this package share. */
export interface DockerContext {
  readonly client: DockerClient;
  readonly clock: Clock;
  /** By which labels objects are known to be ours. */
  readonly ownership: OwnershipLabels;
  /** Health probes at once. */
  readonly probes: PQueue;
  /** Image builds at once. */
  readonly builds: PQueue;
  /** What is known of builds beforehand. */
  readonly plan: BuildPlan;
  /** Image pulls at once. */
  readonly pulls: PQueue;
  /** Logins for registries. */
  readonly auth: FindRegistryAuth;
  /** Build arguments that lead builds out through the proxies of Docker's client configuration. */
  readonly proxies: () => Promise<ProxyArguments>;
  /** Folder of the program, to which paths in inputs are relative. */
  readonly root: string;
  /** File that records what is made. @default containers do not say who made them */
  readonly recordedIn?: string;
}

/** What whoever runs the program knows of the images that are to be built. */
export interface BuildPlan {
  /** Resolves when an image that a Dockerfile starts from can be used. @default at once */
  readonly ready?: (reference: string) => Promise<void>;
  /** How long a build takes, in any unit: of those that wait, the longest begins first. @default all the same */
  readonly effort?: (image: string) => number;
  /** Secrets of a build by id, which no input may hold: the state would keep them. @default none */
  readonly secrets?: (image: string) => BuildSecrets | undefined;
}

/** What a step with `--mount=type=secret` reads while it runs, by id. */
export type BuildSecrets = ReadonlyMap<string, Uint8Array>;

/** The verbs of one type of resource. */
export interface ResourceKind {
  readonly type: string;
  check(name: string, olds: PropertyMap | undefined, news: PropertyMap): Promise<CheckResult>;
  diff(old: RecordedResource, news: PropertyMap): DiffResult;
  create(news: PropertyMap, step: StepContext): Promise<CreateResult>;
  update(old: RecordedResource, news: PropertyMap, step: StepContext): Promise<UpdateResult>;
  /** @default nobody else can hold it */
  assertRemovable?(old: RecordedResource): Promise<void>;
  delete(old: RecordedResource, step: StepContext): Promise<void>;
  /** @default nothing to be found: an image without a container is in nobody's way */
  recover?(inputs: PropertyMap): Promise<Recovered | undefined>;
}

/** A diff by a table of fields; an object that keeps its name has to go before the new one comes. */
export function tableDiff(
  fields: Fields,
  old: RecordedResource,
  news: PropertyMap,
  observed: readonly Change[] = [],
): DiffResult {
  const found = [...changes(fields, old.inputs, news), ...observed];
  const replaces = found.filter((change) => change.effect === "replace").map((change) => change.field);
  return {
    changed: [...new Set(found.map((change) => change.field))],
    replaces,
    deleteBeforeReplace: news["name"] === old.inputs["name"],
  };
}
