import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Where the process id may be: below the prefix as in Kong, or in /tmp when the prefix cannot be written to. */
const places = (prefix: string): readonly string[] => [
  join(prefix, "pids", "nginx.pid"),
  join(tmpdir(), "kong-standin.pid"),
];

/** @returns where it was written */
export function writePid(prefix: string): string {
  let failure: unknown;
  for (const place of places(prefix)) {
    try {
      mkdirSync(dirname(place), { recursive: true });
      writeFileSync(place, `${process.pid}\n`);
      return place;
    } catch (error) {
      // A read-only root file system is the ordinary case for the first place.
      failure = error;
    }
  }
  throw failure;
}

export const removePid = (place: string): void => rmSync(place, { force: true });

/** Whether the process whose id was written down is alive. */
export function isRunning(prefix: string): boolean {
  return places(prefix).some((place) => {
    try {
      process.kill(Number(readFileSync(place, "utf8")), 0);
      return true;
    } catch {
      return false;
    }
  });
}
