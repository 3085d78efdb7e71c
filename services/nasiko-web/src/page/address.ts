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
