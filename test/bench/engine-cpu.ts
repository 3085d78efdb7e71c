import { readdirSync, readFileSync } from "node:fs";

/** Clock ticks per second in /proc, on every Linux that Docker runs on. */
const TICKS = 100;
/** The engine's own programs; what they start and wait for (runc, probes' set-up) is counted with them. */
const PROGRAMS = /^(?:dockerd|containerd|containerd-shim.*)$/;

/** Seconds of CPU that the engine on this machine has used so far, outside of containers. */
export function cpuOfEngine(): number {
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return processes.map(ticksOf).reduce((total, ticks) => total + ticks, 0) / TICKS;
}

function ticksOf(pid: string): number {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    // It ended between the two looks.
    return 0;
  }
  const [, name = "", fields = ""] = /^\d+ \((.*)\) (.*)$/s.exec(stat) ?? [];
  if (!PROGRAMS.test(name)) return 0;
  // utime, stime, and the same of children that have ended: fields 14 to 17 of proc(5), counted from the third.
  return fields
    .split(" ")
    .slice(11, 15)
    .reduce((total, ticks) => total + Number(ticks), 0);
}
