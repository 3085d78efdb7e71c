/** Entities must have all of the tags, or any of them. */
export interface TagFilter {
  readonly tags: readonly string[];
  readonly mode: "all" | "any";
}

/** Which part of a list is asked for. */
export interface PageRequest {
  /** How many at most, 1 to 1000. */
  readonly size: number;
  /** The id after which the page starts. */
  readonly after: string | undefined;
  readonly tags: TagFilter | undefined;
}
