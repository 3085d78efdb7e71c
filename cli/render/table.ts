/** Rows in columns, two spaces apart, as wide as their longest cell; no frame. A cell has one line. */
export function table(given: readonly (readonly string[])[]): string {
  // A card's name with a line end in it would write rows of its own.
  const rows = given.map((row) => row.map((cell) => cell.split(/[\r\n]+/).join(" ")));
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** @example seconds(2140) // "2.1 s" */
export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

/** @example megabytes(89_400_000) // "89 MB" */
export const megabytes = (bytes: number): string => `${Math.round(bytes / 1_000_000)} MB`;
