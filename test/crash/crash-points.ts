import fs from "node:fs";
import http from "node:http";
import { syncBuiltinESMExports } from "node:module";

/** Where a process dies: right after the n-th save, or in the middle of the n-th request that changes something. */
export interface CrashPoint {
  /** `sent`: Docker has the request and nobody waits for its answer; `answered`: it is done, and nobody wrote it down. */
  readonly kind: "save" | "sent" | "answered";
  /** From 1. */
  readonly n: number;
}

const CHANGES = new Set(["POST", "PUT", "DELETE"]);

/** Makes this process kill itself at a point; done with Node's own modules, so that the product knows nothing of it. */
export function dieAt({ kind, n }: CrashPoint, checkpoint: string): void {
  let count = 0;
  const reached = (): void => {
    count += 1;
    if (count === n) process.kill(process.pid, "SIGKILL");
  };
  if (kind === "save") {
    const rename = fs.renameSync;
    fs.renameSync = (from, to) => {
      rename(from, to);
      if (to === checkpoint) reached();
    };
  } else {
    const request = http.request;
    // One of the overloads, the one that dockerode's transport uses.
    const wrapped = (...args: Parameters<typeof request>): http.ClientRequest => {
      const made = request(...args);
      if (CHANGES.has(made.method)) {
        if (kind === "sent") made.once("finish", () => setImmediate(reached));
        else made.once("response", reached);
      }
      return made;
    };
    http.request = wrapped as typeof request;
  }
  syncBuiltinESMExports();
}
