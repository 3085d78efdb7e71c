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

/** What went wrong, for people. */
export const messageOf = (error: unknown): string =>
  error instanceof Error && error.name === "TimeoutError"
    ? "There was no answer in time."
    : error instanceof Error
      ? error.message
      : String(error);
