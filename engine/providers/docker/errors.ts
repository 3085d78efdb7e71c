import { defineError, EngineError } from "../../errors/define-error.ts";
import type { ContextError } from "../../formats/context-error.ts";
import { PULL_ERRORS } from "./pull-errors.ts";

/** No Docker engine answers where one is expected. */
export const engineUnreachable = defineError("NSK-ENGINE-UNREACHABLE", {
  sentence: ({ address }: { readonly address: string; readonly cause: string }) =>
    `No Docker engine answers at ${address}.`,
  detail: ({ cause }) => cause,
  action: ({ address, cause }) => {
    if (address.startsWith("ssh://")) return { id: "try-ssh", address };
    return { id: cause.includes("EACCES") ? "allow-docker-access" : "start-docker" };
  },
});

/** It took the question, and says nothing. */
export const engineSilent = defineError("NSK-ENGINE-SILENT", {
  sentence: ({
    address,
    operation,
    waited,
  }: {
    readonly address: string;
    readonly operation: string;
    readonly waited: number;
  }) =>
    `The Docker engine at ${address} does not answer: asked to ${operation}, it said nothing for ${Math.round(waited / 1000)} s.`,
  detail: () =>
    "What it had done before is kept. An engine that is stuck usually answers nobody else, either.",
  action: () => ({ id: "restart-docker" }),
});

/** Somebody answers, but one side does not accept the other's certificate, or only one side wants TLS. */
export const engineTls = defineError("NSK-ENGINE-TLS", {
  sentence: ({ address }: { readonly address: string; readonly cause: string }) =>
    `There is no secure connection to the Docker engine at ${address}.`,
  detail: ({ cause }) => cause,
  action: () => ({ id: "settle-docker-tls" }),
});

export interface TakenName {
  readonly kind: "container" | "network" | "volume";
  readonly name: string;
  /** What has it, e.g. "a container of image redis:7, exited". */
  readonly owner: string;
  /** It carries the labels of the object we want: a run of ours was cut short. */
  readonly orphan: boolean;
}

/** An object that is not in our state has the name that we need. We never touch it. */
export const nameTaken = defineError("NSK-NAME-TAKEN", {
  sentence: ({ kind, name }: TakenName) => `The name ${name} is taken by another ${kind}.`,
  detail: ({ owner, orphan }) =>
    orphan
      ? `It is ${owner}, left behind by an earlier run of this stack, and no longer in its state.`
      : `It is ${owner}, and does not belong to this stack.`,
  action: ({ kind, name }) => ({ id: "remove-object", kind, name }),
});

export interface FailedBuild {
  readonly image: string;
  /** The step as the builder announced it, e.g. "Step 3/7 : RUN npm ci". */
  readonly step: string | undefined;
  readonly message: string;
  /** Last lines that the builder wrote. */
  readonly log: readonly string[];
  /** Command that repeats the build by hand. */
  readonly command: string;
}

/** An image could not be built. */
export const buildFailed = defineError("NSK-BUILD-FAILED", {
  sentence: ({ image, step, message }: FailedBuild) =>
    step === undefined
      ? `The image ${image} could not be built: ${message}`
      : `The image ${image} could not be built: ${step} failed: ${message}`,
  detail: ({ log }) => (log.length === 0 ? undefined : log.join("\n")),
  action: ({ command }) => ({ id: "repeat-build", command }),
});

export interface ObjectInUse {
  readonly kind: "network" | "volume";
  readonly name: string;
  /** Names of the containers that hold it; none when only the engine's own count says so. */
  readonly holders: readonly string[];
}

/** A network or volume cannot be removed: it is in use, by containers that are not ours or as the engine believes. */
export const objectInUse = defineError("NSK-OBJECT-IN-USE", {
  sentence: ({ kind, name, holders }: ObjectInUse) =>
    holders.length === 0
      ? `The ${kind} ${name} cannot be removed: Docker counts a container on it that is gone.`
      : `The ${kind} ${name} cannot be removed: ${holders.join(", ")} uses it.`,
  action: ({ kind, name, holders }) => {
    // Docker 20.10 miscounts endpoints that come and go at the same moment; only a restart makes it count again.
    if (holders.length === 0) return { id: "restart-docker" };
    return kind === "network"
      ? { id: "disconnect-containers", network: name, names: holders }
      : { id: "remove-containers", names: holders };
  },
});

/** An image was there when we planned, and is not when its container is to be made. */
export const imageGone = defineError("NSK-IMAGE-GONE", {
  sentence: ({ image, container }: { readonly image: string; readonly container: string }) =>
    `The image ${image}, which ${container} is made from, is not on this engine any more.`,
  detail: () => "Something removed it in the meantime, e.g. a prune.",
  action: () => ({ id: "make-image-again" }),
});

/** A network cannot be made: all of the engine's address ranges are in use. */
export const addressPoolsUsedUp = defineError("NSK-ADDRESS-POOLS", {
  sentence: ({ operation }: { readonly operation: string }) =>
    `Docker could not ${operation}: all addresses that it has for networks are in use.`,
  detail: () => "Each network takes a range of them; without a setting there are about 30 ranges.",
  action: () => ({ id: "free-address-pools" }),
});

export interface Refusal {
  /** What we asked for, e.g. "start acme-web". */
  readonly operation: string;
  readonly statusCode: number | undefined;
  /** The engine's own words, on one line. */
  readonly message: string;
}

/** The engine refused a request. */
export const dockerRefused = defineError("NSK-DOCKER-REFUSED", {
  sentence: ({ operation, message }: Refusal) => `Docker could not ${operation}: ${message}`,
  detail: ({ statusCode }) =>
    statusCode === undefined ? undefined : `The engine answered with status ${statusCode}.`,
  action: () => ({ id: "inspect-docker" }),
});

/** A file of a build context cannot be read as it is, or cannot be part of an image; the code says which. */
export function contextUnusable(error: ContextError): EngineError {
  const { code, message: sentence, fault } = error;
  const action = { id: "settle-context", path: fault.path } as const;
  return new EngineError({ code, sentence, detail: undefined, action, data: fault, cause: error });
}

/** Every error of the Docker provider. */
export const DOCKER_ERRORS = [
  engineUnreachable,
  engineSilent,
  engineTls,
  nameTaken,
  buildFailed,
  objectInUse,
  imageGone,
  addressPoolsUsedUp,
  dockerRefused,
  ...PULL_ERRORS,
] as const;
