import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** `st` of a line in /proc/net/tcp. */
const LISTEN = "0A";

/** TCP sockets that a process and its descendants listen on, as "address:port" in hex; Linux only. */
export function listeningTcp(pid: number): readonly string[] {
  const inodes = new Set(familyOf(pid).flatMap(socketsOf));
  return ["tcp", "tcp6"].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, "utf8")
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === LISTEN && inodes.has(fields[9] ?? ""))
      .map((fields) => fields[1] ?? ""),
  );
}

function familyOf(pid: number): readonly number[] {
  const tasks = read(() => readdirSync(`/proc/${pid}/task`)) ?? [];
  const children = tasks.flatMap(
    (task) =>
      read(() => readFileSync(`/proc/${pid}/task/${task}/children`, "utf8"))
        ?.trim()
        .split(" ") ?? [],
  );
  return [pid, ...children.filter((child) => child !== "").flatMap((child) => familyOf(Number(child)))];
}

function socketsOf(pid: number): readonly string[] {
  const descriptors = read(() => readdirSync(`/proc/${pid}/fd`)) ?? [];
  return descriptors.flatMap((descriptor) => {
    const target = read(() => readlinkSync(`/proc/${pid}/fd/${descriptor}`)) ?? "";
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
    return inode === undefined ? [] : [inode];
  });
}

/** Processes end and descriptors close while one looks. */
function read<Value>(look: () => Value): Value | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
