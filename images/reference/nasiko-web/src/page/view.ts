/** One of the page's views. */
export interface View {
  /** For the title of the window. */
  readonly title: string;
  /**
   * Shows itself.
   * @param place what it may fill
   * @param path what follows the view's name in the address, decoded
   * @param left aborted when another view is shown
   */
  show(place: HTMLElement, path: readonly string[], left: AbortSignal): void;
}

/** Address of a view. */
export const addressOf = (view: string, ...path: readonly string[]): string =>
  `#/${[view, ...path.map(encodeURIComponent)].join("/")}`;

/** Reads an address; undefined where it names nothing. */
export function readAddress(hash: string): readonly string[] {
  const parts = hash
    .replace(/^#\/?/, "")
    .split("/")
    .filter((part) => part !== "");
  try {
    return parts.map(decodeURIComponent);
  } catch {
    return [];
  }
}

/** What went wrong, for people. */
export const messageOf = (error: unknown): string =>
  error instanceof Error && error.name === "TimeoutError"
    ? "There was no answer in time."
    : error instanceof Error
      ? error.message
      : String(error);
