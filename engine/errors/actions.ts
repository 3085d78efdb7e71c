/**
 * What helps against an error. The engine knows what has to be done; with which command it is done, and in which words
 * it is said, is up to whoever embeds the engine.
 */
export type Action =
  /** Another run has the stack; its process is on this machine. */
  | { readonly id: "wait-for-run"; readonly pid: number }
  /** A lock that was taken on another machine may have been left behind there. */
  | { readonly id: "release-foreign-lock"; readonly stack: string }
  /** The copy of the state before the last step is beside it, named as the state and ".bak". */
  | { readonly id: "restore-state-copy"; readonly file: string }
  /** The Pulumi CLI gave the stack another name; all that it has carries the one before. */
  | { readonly id: "rename-stack-back"; readonly stack: string; readonly before: string }
  /** The state was written by a newer version of this engine or of the Pulumi CLI. */
  | { readonly id: "use-newer-version" }
  /** The Pulumi CLI has to write the state once without compression. */
  | { readonly id: "decompress-state" }
  | { readonly id: "give-access"; readonly path: string }
  | { readonly id: "make-room"; readonly folder: string }
  | { readonly id: "restore-passphrase" }
  /** The Pulumi CLI can do what this engine refuses. */
  | { readonly id: "use-pulumi-cli" }
  | { readonly id: "install-package"; readonly name: string; readonly version: string }
  | { readonly id: "unprotect"; readonly names: readonly string[] }
  /** A run about a part of the stack needs something that only a run about all of it makes. */
  | { readonly id: "run-everything" }
  /** What was done is recorded: after the cause is fixed, the same run goes on. */
  | { readonly id: "fix-and-run-again" }
  | { readonly id: "correct-inputs"; readonly name: string; readonly properties: readonly string[] }
  /** The embedder's own rules forbid a resource. */
  | { readonly id: "keep-rules"; readonly rules: readonly string[] }
  /** This user may not use the Docker engine. */
  | { readonly id: "allow-docker-access" }
  | { readonly id: "start-docker" }
  /** The engine is on another machine, which is reached through ssh. */
  | { readonly id: "try-ssh"; readonly address: string }
  /** Client and engine do not agree on certificates. */
  | { readonly id: "settle-docker-tls" }
  | { readonly id: "inspect-docker" }
  | { readonly id: "restart-docker" }
  /** Every address range that the engine may use for networks is in use. */
  | { readonly id: "free-address-pools" }
  | {
      readonly id: "remove-object";
      readonly kind: "container" | "network" | "volume";
      readonly name: string;
    }
  | { readonly id: "remove-containers"; readonly names: readonly string[] }
  | { readonly id: "disconnect-containers"; readonly network: string; readonly names: readonly string[] }
  /** The command repeats the build by hand. */
  | { readonly id: "repeat-build"; readonly command: string }
  /** The file is not to be changed during the build, or not to be part of it. */
  | { readonly id: "settle-context"; readonly path: string }
  /** Something removed an image between planning and use; another run makes it again. */
  | { readonly id: "make-image-again" }
  | { readonly id: "choose-existing-version" }
  /** The registry cannot be had now: wait, or do without it. */
  | { readonly id: "do-without-registry" }
  /** "docker.io" is Docker Hub. */
  | { readonly id: "log-in"; readonly registry: string; readonly why: "needed" | "limit" | "unreadable" }
  | { readonly id: "repeat-pull"; readonly reference: string };
