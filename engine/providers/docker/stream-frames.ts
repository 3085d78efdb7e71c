/**
 * Output of a container without a terminal, as the engine sends it: frames of one byte stream number, three bytes
 * padding, four bytes length, then that many bytes of stdout or stderr.
 */
const HEADER = 8;

/** Both streams joined in the order in which they were written. What is cut off in mid-frame is kept as far as it goes. */
export function unframe(data: Buffer): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  while (at + HEADER <= data.length) {
    const end = at + HEADER + data.readUInt32BE(at + 4);
    parts.push(data.subarray(at + HEADER, Math.min(end, data.length)));
    at = end;
  }
  return Buffer.concat(parts);
}

/** Lines without line ends and without an empty one at the end. */
export function linesOf(text: string): readonly string[] {
  const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}
