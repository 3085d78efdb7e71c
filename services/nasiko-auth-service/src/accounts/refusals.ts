import type { AuditEntry } from "./audit.ts";

/** Notes in the audit trail what somebody tried and was refused. */
export type NoteRefusal = (refusal: Omit<AuditEntry, "at">) => void;

/** Milliseconds within which the same refusal is noted once: a thousand tries are one line, not a thousand. */
const ONCE_IN = 60_000;
/** Lines within that time, whatever was tried: who floods the service does not fill the disk. */
const MOST = 120;

/**
 * @param write keeps a line; a failure is its own to tell
 * @param clock milliseconds
 */
export function createRefusals(
  write: (entry: Omit<AuditEntry, "at">) => Promise<void>,
  clock: () => number = Date.now,
): NoteRefusal {
  let since = -Infinity;
  let noted = new Set<string>();
  return (refusal) => {
    const now = clock();
    if (now - since >= ONCE_IN) [since, noted] = [now, new Set()];
    const key = JSON.stringify(refusal);
    if (noted.has(key) || noted.size >= MOST) return;
    noted.add(key);
    void write(refusal);
  };
}
