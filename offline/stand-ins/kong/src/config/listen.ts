/** Where a server listens. */
export interface Listener {
  readonly host: string;
  readonly port: number;
  /** Words after the address: "ssl", "http2", "reuseport", … */
  readonly flags: readonly string[];
}

/**
 * Reads Kong's form of listen addresses: `0.0.0.0:8000 reuseport, [::1]:8443 ssl`, or `off`.
 * @returns the listeners, or what is wrong
 */
export function parseListen(setting: string): readonly Listener[] | string {
  if (setting.trim().toLowerCase() === "off") return [];
  const listeners: Listener[] = [];
  for (const entry of setting.split(",")) {
    const [address = "", ...flags] = entry.trim().split(/\s+/);
    const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+)):(\d+)$/i.exec(address);
    const host = match?.[1] ?? match?.[2];
    const port = Number(match?.[3]);
    if (host === undefined || port < 1 || port > 65_535)
      return `must be of form: [off] | <ip>:<port> [ssl] [http2] [...], [... next entry ...]; got '${entry.trim()}'`;
    listeners.push({ host, port, flags });
  }
  return listeners;
}
