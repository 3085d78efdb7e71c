/** A TCP port on which something in a container listens. */
export interface Listener {
  readonly port: number;
  /** Only within the container, where nobody else reaches it. */
  readonly loopback: boolean;
}

/** State of a socket that listens, in the kernel's tables. */
const LISTENING = "0A";
/** Docker's own resolver listens in each container at 127.0.0.11. */
const DOCKER_DNS = "0B00007F";
const LOOPBACK = /^(?:[0-9A-F]{6}7F|0{24}01000000|0{16}FFFF0000[0-9A-F]{6}7F)$/;

/** Prints what {@link readListeners} reads; a kernel without IPv6 has no second table. */
export const LISTENERS_COMMAND = ["cat", "/proc/net/tcp", "/proc/net/tcp6"] as const;

/** Reads the kernel's tables of sockets, /proc/net/tcp and /proc/net/tcp6; what is none of their lines is left out. */
export function readListeners(tables: string): readonly Listener[] {
  const found = new Map<number, Listener>();
  for (const line of tables.split("\n")) {
    const [, address, hex, state] =
      /^\s*\d+: ([0-9A-F]{8,32}):([0-9A-F]{4}) \S+ ([0-9A-F]{2}) /.exec(line) ?? [];
    if (address === undefined || hex === undefined || state !== LISTENING || address === DOCKER_DNS) continue;
    const port = Number.parseInt(hex, 16);
    const loopback = LOOPBACK.test(address) && found.get(port)?.loopback !== false;
    found.set(port, { port, loopback });
  }
  return [...found.values()].toSorted((a, b) => a.port - b.port);
}
