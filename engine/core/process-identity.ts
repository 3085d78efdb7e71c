import { readFile } from "node:fs/promises";

/** Field of /proc/<pid>/stat, counted after the name: when the process started, in ticks since the machine did. */
const START_TIME = 19;

/**
 * What tells a process from every other that had or will have its number: which start of the machine it belongs to,
 * and when after that it began. No clock that anybody can set is in it.
 * @returns undefined when there is no such process, or the system does not say (it has no /proc)
 */
export async function processIdentity(pid: number): Promise<string | undefined> {
  try {
    const [boot, stat] = await Promise.all([
      readFile("/proc/sys/kernel/random/boot_id", "utf8"),
      readFile(`/proc/${pid}/stat`, "utf8"),
    ]);
    // The name is in parentheses and may hold anything.
    const start = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[START_TIME];
    return start === undefined ? undefined : `${boot.trim()} ${start}`;
  } catch {
    return undefined;
  }
}
