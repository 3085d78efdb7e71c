import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/** Where processes listen. */
export interface Listeners {
  /** Paths of Unix sockets. */
  readonly sockets: readonly string[];
  /** TCP ports, on whatever address. */
  readonly ports: readonly number[];
}

/** The state LISTEN in /proc/net/tcp, and the flag of a listening socket in /proc/net/unix. */
const TCP_LISTEN = "0A";
const UNIX_LISTEN = "00010000";

/** What the kernel says of the processes that were started with this line in their environment. */
export function listenersOf(variable: string): Listeners {
  const inodes = new Set(processesWith(variable).flatMap(socketsOf));
  const rows = (file: string): readonly (readonly string[])[] =>
    attempt(() => readFileSync(file, "utf8"), "")
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(/\s+/));
  const tcp = ["/proc/net/tcp", "/proc/net/tcp6"]
    .flatMap(rows)
    .filter(([, , , state, , , , , , inode = ""]) => state === TCP_LISTEN && inodes.has(inode));
  const unix = rows("/proc/net/unix").filter(
    ([, , , flags, , , inode = "", path = ""]) => flags === UNIX_LISTEN && path !== "" && inodes.has(inode),
  );
  return {
    ports: tcp.map(([, local = ""]) => Number.parseInt(local.split(":")[1] ?? "", 16)),
    sockets: unix.map(([, , , , , , , path = ""]) => path),
  };
}

const processesWith = (variable: string): readonly string[] =>
  readdirSync("/proc").filter(
    (id) =>
      /^\d+$/.test(id) &&
      attempt(() => readFileSync(join("/proc", id, "environ"), "utf8"), "")
        .split("\0")
        .includes(variable),
  );

const socketsOf = (id: string): readonly string[] => {
  const folder = join("/proc", id, "fd");
  return attempt(() => readdirSync(folder), []).flatMap((name) => {
    const [, inode] = /^socket:\[(\d+)\]$/.exec(attempt(() => readlinkSync(join(folder, name)), "")) ?? [];
    return inode === undefined ? [] : [inode];
  });
};

/** Processes come and go while one looks. */
function attempt<Result>(look: () => Result, otherwise: Result): Result {
  try {
    return look();
  } catch {
    return otherwise;
  }
}
