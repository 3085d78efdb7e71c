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
