import type { JobSpec, LongRunningSpec } from "../services/service-spec.ts";

/** Every field of a service's description. */
export type SpecField = keyof LongRunningSpec | keyof JobSpec;

/** What becomes of a field, and with that what a change of it means. */
export type SpecChange =
  | BecomesArguments
  /** No argument comes of it: a change touches nothing that runs. */
  | { readonly kind: "nothing"; readonly why: string }
  /** It makes out which resource this is: after a change there is another one, and the old one is deleted last. */
  | { readonly kind: "identity"; readonly why: string };

/** It becomes these arguments of `docker.Container`; what a change does is the provider's knowledge. */
interface BecomesArguments {
  readonly kind: "arguments";
  readonly arguments: readonly string[];
  readonly note?: string;
}

const becomes = (...names: readonly string[]): BecomesArguments => ({ kind: "arguments", arguments: names });

/**
 * Upper half of the plan: from a service's description to the arguments of its container. The lower half, what a
 * changed argument does, is the provider's table of fields; see docs/PLAN.md for both together.
 */
export const SPEC_CHANGES: Readonly<Record<SpecField, SpecChange>> = {
  kind: {
    kind: "identity",
    why: "a service and a job are components of different types; give the new one another name",
  },
  name: {
    kind: "identity",
    why: "the name stands in the URN and on the engine; a published port has to move, too",
  },
  summary: { kind: "nothing", why: "it is for people only" },
  layer: { kind: "nothing", why: "only the parent in the state changes" },
  profile: { kind: "nothing", why: "it only says whether the service is there at all" },
  modes: { kind: "nothing", why: "it only says whether the service is there at all" },
  optional: { kind: "nothing", why: "it only says whether the service is there at all" },
  role: { kind: "nothing", why: "rules and checks read it" },
  reachableBy: { kind: "nothing", why: "rules and checks read it" },
  image: { ...becomes("image", "labels"), note: "the image is built or found first, under its own tag" },
  entrypoint: becomes("entrypoints"),
  command: becomes("command"),
  env: becomes("envs"),
  files: becomes("uploads"),
  volumes: {
    ...becomes("volumes"),
    note: "a volume that nothing mounts any more stays with its data, unless `nasiko:volumes` leaves it out",
  },
  ports: { ...becomes("ports"), note: "only the published side; what is not published is no argument" },
  networks: becomes("networksAdvanced"),
  aliases: becomes("networksAdvanced"),
  dependsOn: { kind: "nothing", why: "it only says what comes first" },
  after: { kind: "nothing", why: "it only says what comes first" },
  memory: becomes("memory", "memorySwap"),
  user: becomes("user"),
  capabilities: becomes("capabilities"),
  readOnly: becomes("readOnly"),
  tmpfs: becomes("tmpfs"),
  dockerSocket: becomes("volumes"),
  stop: becomes("stopSignal", "stopTimeout", "destroyGraceSeconds"),
  health: becomes("healthcheck"),
  readyWithin: { ...becomes("waitTimeout"), note: "the container is waited for with the new limit" },
  finishWithin: { kind: "nothing", why: "it limits the step that runs the job, which has run" },
};

/** What containers share: each is a resource of its own, which containers read through one or more arguments. */
export interface SharedChange {
  /** What is changed, in the words of a service's description. */
  readonly what: string;
  /** The resource that carries it. */
  readonly resource: "Network" | "Volume" | "Image" | "RandomPassword";
  readonly step: "update" | "replace";
  /** Arguments through which containers read it; those containers follow as a change of these arguments does. */
  readonly readBy: readonly string[];
  readonly why: string;
}

export const SHARED_CHANGES: readonly SharedChange[] = [
  {
    what: "network",
    resource: "Network",
    step: "replace",
    readBy: ["networksAdvanced"],
    why: "Docker cannot change a network, nor remove one that is used: containers on it go first",
  },
  {
    what: "volume",
    resource: "Volume",
    step: "replace",
    readBy: ["volumes"],
    why: "Docker cannot change a volume; its data goes with it, so its labels never change",
  },
  {
    what: "content of an image",
    resource: "Image",
    step: "update",
    readBy: ["image"],
    why: "another content is another tag; the old image stays",
  },
  {
    what: "secret",
    resource: "RandomPassword",
    step: "replace",
    readBy: ["envs", "uploads"],
    why: "another rule makes another password; it stays the same as long as the rule does",
  },
];
