/** What a selector is shown of an agent. */
export interface Candidate {
  readonly name: string;
  /** Its card in a few lines. */
  readonly summary: string;
}

export interface Selection {
  /** Position among the candidates; undefined: none of them fits. */
  readonly index: number | undefined;
  readonly reason: string;
}

/** Decides between agents where the words of their cards do not. */
export interface Selector {
  /** Who it is, for people, e.g. "openai gpt-4o-mini". */
  readonly name: string;
  /** For the choice's `method`. */
  readonly method: "model" | "embedding";
  /** @throws Error when it cannot be asked, or answers with something that is no choice */
  select(query: string, candidates: readonly Candidate[], signal: AbortSignal): Promise<Selection>;
}
