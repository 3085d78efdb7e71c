/** Ports inside the container: of "8085:5000", "127.0.0.1:5000:5000/tcp", 5000, "5000-5001", and { target: 5000 }. */
export function containerPorts(entry: unknown): readonly number[] {
  const text = typeof entry === "object" && entry !== null && "target" in entry ? entry.target : entry;
  const inside = String(text).split(":").at(-1) ?? "";
  const [, first, last] = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/tcp)?$/.exec(inside) ?? [];
  if (first === undefined) return [];
  const count = Math.min(16, Math.max(1, Number(last ?? first) - Number(first) + 1));
  return Array.from({ length: count }, (_, index) => Number(first) + index);
}
