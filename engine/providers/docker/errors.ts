import { defineError } from "../../../platform/errors/define-error.ts";
import { PULL_ERRORS } from "./pull-errors.ts";

/** No Docker engine answers where one is expected. */
export const engineUnreachable = defineError("NSK-ENGINE-UNREACHABLE", {
  exitCode: 13,
  sentence: ({ address }: { readonly address: string; readonly cause: string }) =>
    `No Docker engine answers at ${address}.`,
  detail: ({ cause }) => cause,
  suggestion: ({ cause }) =>
    cause.includes("EACCES")
      ? 'sudo usermod -aG docker "$USER"   # then log in again: this user may not use the engine'
      : "./nasiko setup   # installs and starts an engine; where there is one: sudo systemctl start docker",
});

interface TakenName {
  readonly kind: "container" | "network" | "volume";
  readonly name: string;
  /** What has it, e.g. "a container of image redis:7, exited". */
  readonly owner: string;
  /** It carries the labels of the object we want: a run of ours was cut short. */
  readonly leftover: boolean;
}

/** An object that is not in our state has the name that we need. We never touch it. */
export const nameTaken = defineError("NSK-NAME-TAKEN", {
  exitCode: 40,
  sentence: ({ kind, name }: TakenName) => `The name ${name} is taken by another ${kind}.`,
  detail: ({ owner, leftover }) =>
    leftover
      ? `It is ${owner}, left behind by an earlier run of this stack, and no longer in its state.`
      : `It is ${owner}, and does not belong to this stack.`,
  suggestion: ({ kind, name }) =>
    ({
      container: `docker rm -f ${name}`,
      network: `docker network rm ${name}`,
      volume: `docker volume rm ${name}   # deletes the data in it`,
    })[kind],
});

interface FailedBuild {
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
  exitCode: 41,
  sentence: ({ image, step, message }: FailedBuild) =>
    step === undefined
      ? `The image ${image} could not be built: ${message}`
      : `The image ${image} could not be built: ${step} failed: ${message}`,
  detail: ({ log }) => (log.length === 0 ? undefined : log.join("\n")),
  suggestion: ({ command }) => command,
});

interface ObjectInUse {
  readonly kind: "network" | "volume";
  readonly name: string;
  /** Names of the containers that hold it; none when only the engine's own count says so. */
  readonly holders: readonly string[];
}

/** A network or volume cannot be removed: it is in use, by containers that are not ours or as the engine believes. */
export const objectInUse = defineError("NSK-OBJECT-IN-USE", {
  exitCode: 42,
  sentence: ({ kind, name, holders }: ObjectInUse) =>
    holders.length === 0
      ? `The ${kind} ${name} cannot be removed: Docker counts a container on it that is gone.`
      : `The ${kind} ${name} cannot be removed: ${holders.join(", ")} uses it.`,
  suggestion: ({ kind, name, holders }) => {
    // Docker 20.10 miscounts endpoints that come and go at the same moment; only a restart makes it count again.
    if (holders.length === 0) return "sudo systemctl restart docker   # then run the command again";
    return kind === "network"
      ? holders.map((holder) => `docker network disconnect -f ${name} ${holder}`).join(" && ")
      : `docker rm -f ${holders.join(" ")}`;
  },
});

/** An image was there when we planned, and is not when its container is to be made. */
export const imageGone = defineError("NSK-IMAGE-GONE", {
  exitCode: 43,
  sentence: ({ image, container }: { readonly image: string; readonly container: string }) =>
    `The image ${image}, which ${container} is made from, is not on this engine any more.`,
  detail: () => "Something removed it in the meantime, e.g. a prune.",
  suggestion: () => "./nasiko local up   # builds it again",
});

interface Refusal {
  /** What we asked for, e.g. "start nasiko-local-kong". */
  readonly operation: string;
  readonly statusCode: number | undefined;
  /** The engine's own words, on one line. */
  readonly message: string;
}

/** The engine refused a request. */
export const dockerRefused = defineError("NSK-DOCKER-REFUSED", {
  exitCode: 44,
  sentence: ({ operation, message }: Refusal) => `Docker could not ${operation}: ${message}`,
  detail: ({ statusCode }) =>
    statusCode === undefined ? undefined : `The engine answered with status ${statusCode}.`,
  suggestion: () => "docker info   # shows whether the engine is well",
});

/** Every error of the Docker provider, for the table in the documentation. */
export const DOCKER_ERRORS = [
  engineUnreachable,
  nameTaken,
  buildFailed,
  objectInUse,
  dockerRefused,
  ...PULL_ERRORS,
] as const;
