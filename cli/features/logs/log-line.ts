/** One line that a container wrote. */
export interface LogLine {
  readonly member: string;
  /** As the engine stamped it: RFC 3339 with nanoseconds, so that text order is time order. */
  readonly time: string;
  readonly text: string;
}

/** A line as the engine sends it with `timestamps`: the time, a space, the text. */
export function parseLogLine(member: string, line: string): LogLine {
  const end = line.indexOf(" ");
  return end < 0
    ? { member, time: line, text: "" }
    : { member, time: line.slice(0, end), text: line.slice(end + 1) };
}

/** All lines in the order in which they were written; what has the same time keeps its order. */
export function byTime(lines: readonly LogLine[]): readonly LogLine[] {
  return lines.toSorted((a, b) => compareTimes(a.time, b.time));
}

/** The engine leaves zeros at the end of the nanoseconds out, so the texts differ in length. */
export function compareTimes(a: string, b: string): number {
  const [left, right] = [normalized(a), normalized(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function normalized(time: string): string {
  const [seconds = "", fraction = ""] = time.replace(/Z$/, "").split(".");
  return `${seconds}.${fraction.padEnd(9, "0")}`;
}
