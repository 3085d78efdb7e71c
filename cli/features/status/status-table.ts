import { describeSubstitute } from "../../../platform/images/substitute.ts";
import type { Colors } from "../../render/output.ts";
import { table } from "../../render/table.ts";
import type { RequestFigures } from "../../stack/observe/request-figures.ts";
import type { MemberStatus } from "../../stack/observe/status.ts";

/**
 * Members in rows, problems on top: they are what somebody looks for.
 * @param now milliseconds since 1970, for the uptime
 */
export function statusTable(members: readonly MemberStatus[], colors: Colors, now = Date.now()): string {
  const sorted = members.toSorted((a, b) => Number(a.ok) - Number(b.ok));
  const [header = "", ...rows] = table([
    ["", "NAME", "STATE", "UPTIME", "PORTS", "IMAGE", "NOTE"],
    ...sorted.map((member) => row(member, now)),
  ]).split("\n");
  // Painted last: colours have no width, and the table counts characters.
  const painted = rows.map((line, index) => (sorted[index]?.ok === true ? line : colors.red(line)));
  return [colors.bold(header), ...painted].join("\n");
}

function row(member: MemberStatus, now: number): readonly string[] {
  const { ok, kind, name, state, startedAt, ports, image, substitute, problem, restarts, drift, requests } =
    member;
  const notes = [
    ...(problem === undefined ? [] : [problem.replaceAll(/\s+/g, " ")]),
    ...(drift === undefined ? [] : [drift]),
    ...(substitute === undefined ? [] : [describeSubstitute(substitute)]),
    ...(requests === undefined ? [] : [describeRequests(requests)]),
    ...(restarts === 0 ? [] : [`${restarts} restarts`]),
  ];
  return [
    ok ? "✓" : "✗",
    kind === "agent" ? `agent ${name}` : name,
    ok && kind === "agent" ? "serving" : state,
    state === "missing" || state === "exited" || state === "done" || startedAt === undefined
      ? ""
      : uptime(now - Date.parse(startedAt)),
    ports.join(", "),
    shortImage(image),
    notes.join("; "),
  ];
}

/** @example describeRequests({ errors: 0.05, p95: 812.4 }) // "last 5m: p95 812 ms, 5% errors" */
function describeRequests({ errors, p95 }: RequestFigures): string {
  // One in a thousand is not none.
  const percent = errors > 0 && errors < 0.01 ? "<1" : String(Math.round(errors * 100));
  return `last 5m: p95 ${Math.round(p95)} ms, ${percent}% errors`;
}

/**
 * An image as a row has room for it; `--json` has it whole.
 * @example shortImage("nasiko/redis:f4144c18348f41f0") // "redis:f4144c18"
 */
function shortImage(image: string): string {
  return image.replace(/^nasiko\//, "").replace(/:([0-9a-f]{8})[0-9a-f]{8,}$/, ":$1");
}

/** @example uptime(3_723_000) // "1h 2m" */
export function uptime(milliseconds: number): string {
  const total = Math.max(0, Math.floor(milliseconds / 1000));
  const [days, hours, minutes] = [
    Math.floor(total / 86_400),
    Math.floor((total % 86_400) / 3600),
    Math.floor((total % 3600) / 60),
  ];
  if (days > 0) return `${days}d ${hours}h`;
  if (hours > 0) return `${hours}h ${minutes}m`;
  return minutes > 0 ? `${minutes}m ${total % 60}s` : `${total}s`;
}
