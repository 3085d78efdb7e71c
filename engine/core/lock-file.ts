/** Content of a lock file; Pulumi's own fields, and one that it ignores. */
export interface LockHolder {
  readonly pid: number;
  readonly username: string;
  readonly hostname: string;
  /** RFC 3339. */
  readonly timestamp: string;
  /** Tells the process from a later one of the same number. @default not known */
  readonly process?: string;
}

export interface LockFile {
  /** Absolute path. */
  readonly file: string;
  /** Undefined when the file is no lock: every writer puts them in place whole. */
  readonly holder: LockHolder | undefined;
}

/** @returns undefined when the text is not a lock */
export function parseLock(text: string): LockHolder | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const { pid, username, hostname: host, timestamp, process: identity } = fields;
  if (typeof pid !== "number" || typeof host !== "string") return undefined;
  return {
    pid,
    hostname: host,
    username: String(username),
    timestamp: String(timestamp),
    ...(typeof identity === "string" && { process: identity }),
  };
}
