import type { PropertyMap } from "./values.ts";

/** A resource that is about to be made, changed, or kept. */
export interface Registration {
  readonly urn: string;
  /** Type token. */
  readonly type: string;
  /** As the provider takes them: checked, with defaults, secrets in the open; what is not known yet is left out. */
  readonly inputs: PropertyMap;
  readonly protect: boolean;
}

/** Why a resource must not be made, in the words of whoever embeds the engine. */
export interface Objection {
  /** What forbids it, e.g. "C01". */
  readonly rule: string;
  /** e.g. "cache is privileged" */
  readonly message: string;
}

/** What the embedder has against a resource; nothing when it may be made. */
export type Analyze = (registration: Registration) => readonly Objection[];
